using System.CommandLine;
using CustomerIo.Connector.Cli.Shell;
using CustomerIo.Connector.Hosts.Mcp;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;
using Spectre.Console;

namespace CustomerIo.Connector.Cli.Commands;

/// <summary><c>connector actions [id|words]</c>: all actions, one action's inputs, or the actions that some words fit.</summary>
internal static class ActionsCommand
{
    private const int MaxFound = 10;

    /// <summary>Few ids are longer: the column stands where it stood when actions are added.</summary>
    private const int Widest = 31;

    // What most people come for stands first, what few need last; those between are in alphabetical order.
    private static readonly string[] s_first = ["People", "Events", "Segments", "Messages"];
    private const string Last = "Advanced";

    public static Command Create()
    {
        var words = new Argument<string[]>("id")
        {
            HelpName = "id|words",
            Description = "An action's id, or words to search for; without any, all actions.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        words.CompletionSources.Add(_ => Catalogue.Embedded.Ids);
        var json = Shared.Json();
        var command = new Command("actions", "Lists the actions, searches them, or shows one action's inputs.") { words, json }.WithExamples(
            "connector actions",
            "connector actions segment members",
            "connector actions track"
        );
        command.SetAction(parsed =>
        {
            var catalogue = Catalogue.Embedded;
            var wanted = string.Join(' ', parsed.GetValue(words) ?? []);
            var isId = catalogue.Ids.Contains(wanted);
            var found = isId ? [catalogue.Find(wanted)] : Search(catalogue, wanted);
            if (parsed.GetValue(json))
            {
                Terminal.Json(isId ? found[0].Describe(schemas: true) : new JArray(found.Select(a => a.Describe(schemas: true))));
            }
            else if (isId)
            {
                Show(found[0]);
            }
            else
            {
                List(found, isSearch: wanted.Length > 0);
            }

            return ExitCodes.Success;
        });
        return command;
    }

    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: no action fits the words.</exception>
    private static ActionManifest[] Search(Catalogue catalogue, string words)
    {
        if (words.Length == 0)
        {
            return [.. catalogue.All];
        }

        // A slip is told as one, and not searched for.
        ActionManifest[] found = Names.Nearest(words, catalogue.Ids) is not null
            ? []
            : [.. SearchTools.Ranked([.. catalogue.All.Select(a => AnyTool.Of(a))], words).Select(t => t.Action!).Take(MaxFound)];
        return found.Length > 0 ? found : [catalogue.Find(words)];
    }

    private static void List(ActionManifest[] actions, bool isSearch)
    {
        var width = Terminal.OutWidth;
        var left = Math.Max(Widest, actions.Max(a => a.Id.Length) + 2);
        if (!isSearch)
        {
            actions = [.. actions.OrderBy(a => Place(a.Category)).ThenBy(a => a.Category, StringComparer.Ordinal)];
        }

        if (isSearch || width == 0)
        {
            // One line each, so that it can be searched and cut by columns.
            foreach (var action in actions)
            {
                Terminal.Print(Fitted($"{action.Id.PadRight(left)}{action.Category, -13}{Summary(action)}", width));
            }
        }
        else
        {
            foreach (var group in actions.GroupBy(a => a.Category))
            {
                Terminal.Print(group.Key);
                foreach (var action in group)
                {
                    Terminal.Print(Fitted($"  {action.Id.PadRight(left)}{Summary(action)}", width));
                }
            }
        }

        Terminal.Say("connector actions ID shows an action's inputs; connector actions WORDS searches.");
    }

    private static int Place(string category) =>
        category == Last ? int.MaxValue
        : Array.IndexOf(s_first, category) is >= 0 and var place ? place
        : s_first.Length;

    // The first sentence.
    private static string Summary(ActionManifest action) =>
        action.Description.IndexOf(". ", StringComparison.Ordinal) is > 0 and var end ? action.Description[..(end + 1)] : action.Description;

    private static string Fitted(string line, int width) => width == 0 || line.Length <= width ? line : Shown.Head(line, width - 1) + "…";

    private static void Show(ActionManifest action)
    {
        Terminal.Out.WriteLine($"{action.Title} ({action.Id})");
        Terminal.Out.WriteLine(action.Description);
        var required = action.Required.ToHashSet(StringComparer.Ordinal);
        var table = Terminal.Table("Input", "Comments", "Default");
        foreach (var (name, property) in action.Properties)
        {
            var choices = property["enum"] is JArray all ? $" One of: {string.Join(", ", all)}." : "";
            table.AddRow(
                new Text(name + (required.Contains(name) ? " *" : "")),
                new Text($"{(string)property["title"]!}. {(string)property["description"]!}{choices}"),
                new Text(property["default"] is { } value ? ConnectorJson.ToText(value).Trim('"') : "")
            );
        }

        Terminal.Out.Write(table);

        // Not through Spectre, which would break lines that are meant to be copied.
        Terminal.Print("* required. Example:");
        Terminal.Print(
            string.Join(
                " \\\n  ",
                ((JObject)action.Examples.First()["input"]!).Properties().Select(p => "--set " + Set(p)).Prepend("connector run " + action.Id)
            )
        );
    }

    /// <summary>An input as <see cref="SetValue"/> reads it, for a shell of the Bourne family.</summary>
    private static string Set(JProperty input)
    {
        var text = input.Value is JValue { Value: string value } ? $"{input.Name}={value}" : $"{input.Name}:={ConnectorJson.ToText(input.Value)}";
        return text.All(c => char.IsAsciiLetterOrDigit(c) || c is '=' or ':' or '.' or ',' or '@' or '_' or '-' or '/' or '+')
            ? text
            : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
    }
}
