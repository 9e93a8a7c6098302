using System.CommandLine;
using System.Globalization;
using CustomerIo.Connector.Cli.Each;
using CustomerIo.Connector.Cli.Shell;
using CustomerIo.Connector.Pipelines.Export;
using CustomerIo.Connector.Pipelines.Stores;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Cli.Commands;

/// <summary><c>connector export dataset</c>: copies a part of the workspace into a table.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var what = new Argument<string>("what") { HelpName = "what", Description = $"One of {string.Join(", ", Datasets.All.Select(d => d.Name))}." };
        what.AcceptOnlyFromAmong([.. Datasets.All.Select(d => d.Name)]);
        var to = new Option<string>("--to")
        {
            Description = "A .csv or .jsonl file, sqlite:FILE, postgres:CONNECTION, or env:NAME of a variable that holds one.",
            HelpName = "target",
            Required = true,
        };
        var since = new Option<long?>("--since")
        {
            Description =
                "Only what is newer: a date, a time, 7d or 12h. For " + $"{string.Join(", ", Datasets.All.Where(d => d.IsIncremental).Select(d => d.Name))}.",
            HelpName = "time",
            CustomParser = result => Since(result),
        };
        var job = new Option<string?>("--job") { Description = "Remembers how far it came; the next export of this name begins there.", HelpName = "name" };
        var table = new Option<string?>("--table")
        {
            Description = "With a database: the table. Default: customerio_ and what is exported.",
            HelpName = "name",
        };
        var segment = new Option<string?>("--segment") { Description = "Only people or members of this segment, by name or number.", HelpName = "segment" };
        var type = new Option<string?>("--object-type")
        {
            Description = "With objects and relationships: the number of the object type, or all. Default 1.",
            HelpName = "n",
        };
        var bom = new Option<bool>("--bom") { Description = "Begins a .csv file with a byte order mark, so that Excel reads it as UTF-8." };
        var escape = new Option<bool>("--escape-formulas") { Description = "Puts ' before texts of a .csv file that a spreadsheet would run (= + - @)." };
        var data = Shared.Data("the checkpoints are");
        var json = Shared.Json();
        var command = new Command("export", "Exports people, segments, campaigns, metrics, messages and more into a file or a table.")
        {
            what,
            to,
            since,
            job,
            table,
            segment,
            type,
            bom,
            escape,
            data,
            json,
        }.WithExamples(
            "connector export people --to people.csv",
            "connector export activities --since 7d --to sqlite:activities.db",
            "connector export messages --job nightly --to postgres:service=warehouse"
        );
        command.SetAction(
            async (parsed, ct) =>
            {
                var dataset = Datasets.All.Single(d => d.Name == parsed.GetValue(what));
                if (parsed.GetValue(since) is not null && !dataset.IsIncremental)
                {
                    throw new ConnectorException(FailureKind.Input, $"Customer.io cannot tell which {dataset.Name} are new, so --since has no meaning here.");
                }

                if ((parsed.GetValue(segment) is not null && !dataset.TakesSegment) || (parsed.GetValue(type) is not null && !dataset.TakesObjectType))
                {
                    var option = parsed.GetValue(segment) is not null && !dataset.TakesSegment ? segment.Name : type.Name;
                    throw new ConnectorException(FailureKind.Input, $"An export of {dataset.Name} cannot be narrowed by {option}. Leave it out.");
                }

                var request = new ExportRequest(dataset, parsed.GetValue(to)!)
                {
                    Since = parsed.GetValue(since),
                    Job = parsed.GetValue(job),
                    Table = parsed.GetValue(table),
                    Segment = parsed.GetValue(segment),
                    ObjectType = parsed.GetValue(type),
                    Csv = new CsvOptions(parsed.GetValue(bom), parsed.GetValue(escape)),
                };
                var export = new ExportJob(request, Connection.FromEnvironment(), DataFolder.Open(parsed.GetValue(data)), Terminal.Clock, Terminal.Logger);
                using var watch = CancellationTokenSource.CreateLinkedTokenSource(ct);
                var watching = EachProgress.WatchAsync("export", () => export.IsDone ? 1 : null, () => { }, () => (export.Rows, 0), watch.Token);
                try
                {
                    await export.RunAsync(ct).ConfigureAwait(false);
                }
                finally
                {
                    await watch.CancelAsync().ConfigureAwait(false);
                    await watching.ConfigureAwait(false);
                }

                if (export.Note is { } note)
                {
                    Terminal.Say(note);
                }

                Terminal.Say(string.Create(CultureInfo.InvariantCulture, $"{export.Rows} {dataset.Name} exported."));
                if (parsed.GetValue(json))
                {
                    Terminal.Json(new JObject { ["what"] = dataset.Name, ["rows"] = export.Rows });
                }

                return ExitCodes.Success;
            }
        );
        return command;
    }

    // The year 2000: a number or a span that reaches behind it is a slip.
    private const long Earliest = 946_684_800;

    /// <summary>Reads a point in time that a person typed; one that is not in the past, or older than anything there can be, is refused.</summary>
    public static long Since(System.CommandLine.Parsing.ArgumentResult result)
    {
        var (text, now) = (result.Tokens[0].Value, TimeProvider.System.GetUtcNow());
        var since = ExportJob.ReadSince(text, now);
        if (since is null)
        {
            result.AddError("--since must be a date (2026-01-31), a time (2026-01-31T09:30:00Z), Unix seconds, or a span such as 7d or 12h.");
        }
        else if (since >= now.ToUnixTimeSeconds())
        {
            result.AddError($"--since {text} is not in the past.");
        }
        else if (since < Earliest)
        {
            result.AddError(
                text.All(char.IsAsciiDigit) && text.Length < 6
                    ? $"--since {text} has no unit. Write {text}d for days, or {text}h for hours."
                    : $"--since {text} is before the year 2000, from when Customer.io has nothing."
            );
        }

        return since ?? 0;
    }
}
