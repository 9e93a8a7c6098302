using System.CommandLine;
using System.Globalization;
using CustomerIo.Connector.Cli.Shell;
using CustomerIo.Connector.Hub.Ingest;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;
using Spectre.Console;

namespace CustomerIo.Connector.Cli.Commands;

/// <summary><c>connector serve dead-letters</c>: the events that were refused.</summary>
internal static class DeadLettersCommand
{
    public static Command Create(ServeOptions events, Option<string?> data) =>
        new("dead-letters", "Shows the events that were refused, or sends them again.") { List(events, data), Replay(events, data) };

    private static Command List(ServeOptions events, Option<string?> data)
    {
        var (ids, json) = (Ids(), Shared.Json());
        var command = new Command("list", "Shows refused events and why; with --json also the events themselves.") { ids, json };
        command.SetAction(
            async (parsed, _) =>
            {
                await using var store = events.Open(parsed, parsed.GetValue(data));
                var letters = store.DeadLetters(parsed.GetValue(ids)!);
                if (parsed.GetValue(json))
                {
                    Terminal.Json(new JObject { ["deadLetters"] = new JArray(letters.Select(ToJson)) });
                }
                else
                {
                    Show(letters);
                }

                return ExitCodes.Success;
            }
        );
        return command;
    }

    private static Command Replay(ServeOptions events, Option<string?> data)
    {
        var (ids, json) = (Ids(), Shared.Json());
        var command = new Command("replay", "Puts refused events back into the queue; a running connector serve delivers them.") { ids, json };
        command.SetAction(
            async (parsed, _) =>
            {
                await using var store = events.Open(parsed, parsed.GetValue(data));
                var replayed = await store.ReplayAsync(parsed.GetValue(ids)!).ConfigureAwait(false);
                Terminal.Say(string.Create(CultureInfo.InvariantCulture, $"{replayed} {(replayed == 1 ? "event is" : "events are")} back in the queue."));
                if (parsed.GetValue(json))
                {
                    Terminal.Json(new JObject { ["replayed"] = replayed });
                }

                return ExitCodes.Success;
            }
        );
        return command;
    }

    private static Argument<long[]> Ids() => new("id") { Description = "Numbers of dead letters; without any, all.", Arity = ArgumentArity.ZeroOrMore };

    private static void Show(IEnumerable<DeadLetter> letters)
    {
        var table = Terminal.Table("No.", "Received (UTC)", "Call", "Kind", "Why");
        foreach (var letter in letters)
        {
            table.AddRow(
                new Text(letter.Id.ToString(CultureInfo.InvariantCulture)),
                new Text(letter.Received.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)),
                Terminal.Cell(Event(letter) is JObject e && e["type"] is JValue { Value: string type } ? type : "?"),
                new Text(letter.Kind),
                Terminal.Cell(letter.Field.Length > 0 ? $"{letter.Field}: {letter.Reason}" : letter.Reason)
            );
        }

        if (table.Rows.Count == 0)
        {
            Terminal.Say("There are no dead letters.");
            return;
        }

        Terminal.Out.Write(table);
    }

    private static JObject ToJson(DeadLetter letter) =>
        new()
        {
            ["id"] = letter.Id,
            ["received"] = Time(letter.Received),
            ["refused"] = Time(letter.Refused),
            ["kind"] = letter.Kind,
            ["field"] = letter.Field,
            ["reason"] = letter.Reason,
            ["event"] = Event(letter) ?? letter.Text,
        };

    // What could not be read is shown as the text that it is.
    private static JToken? Event(DeadLetter letter)
    {
        try
        {
            return ConnectorJson.Parse(letter.Text);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
