using System.CommandLine;
using System.Globalization;
using CustomerIo.Connector.Cli.Each;
using CustomerIo.Connector.Cli.Shell;
using CustomerIo.Connector.Pipelines.Import;
using CustomerIo.Connector.Pipelines.Stores;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Cli.Commands;

/// <summary><c>connector import kind</c>: moves a table into Customer.io.</summary>
internal static class ImportCommand
{
    private static readonly Dictionary<string, ImportKind> s_kinds = Enum.GetValues<ImportKind>().ToDictionary(ImportJob.KindName);

    public static Command Create()
    {
        var kind = new Argument<string>("kind")
        {
            HelpName = "kind",
            Description = "What the rows are: people, events, objects, relationships or segment-members.",
        };
        kind.AcceptOnlyFromAmong([.. s_kinds.Keys]);
        var from = new Option<string>("--from")
        {
            Description = "A .csv or .jsonl file, sqlite:FILE, postgres:CONNECTION, or env:NAME of a variable that holds one.",
            HelpName = "source",
            Required = true,
        };
        var query = new Option<string?>("--query")
        {
            Description = "With a database: one statement that reads the rows to import; give it an ORDER BY, so that a job can go on.",
            HelpName = "sql",
        };
        var map = new Option<string?>("--map")
        {
            Description = "A JSON file that says what the columns mean. Default: id, email or cio_id is the person, the rest are attributes.",
            HelpName = "map.json",
        };
        var dryRun = new Option<bool>("--dry-run") { Description = "Checks every row, shows the first operations, and sends nothing." };
        var throttle = new Option<double?>("--throttle")
        {
            Description = "Rows a second, as a number or n/s. Default: as fast as Customer.io takes them.",
            HelpName = "n/s",
            CustomParser = Rate,
        };
        var errors = new Option<string?>("--errors")
        {
            Description = "Writes bad rows to this file, each with its reason; mended, it can be imported.",
            HelpName = "file",
        };
        var job = new Option<string?>("--job") { Description = "The job's name in the journal. Default: made of the kind and the source.", HelpName = "name" };
        var resume = new Option<bool>("--resume") { Description = "Goes on where the job of this name was stopped or killed." };
        var data = Shared.Data("the journal is");
        var json = Shared.Json();
        var command = new Command("import", "Imports people, events, objects, relationships or segment members from a table.")
        {
            kind,
            from,
            query,
            map,
            dryRun,
            throttle,
            errors,
            job,
            resume,
            data,
            json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(dryRun) is not null && (result.GetResult(resume) is not null || result.GetResult(errors) is not null))
            {
                result.AddError("--dry-run writes nothing; it cannot be combined with --resume or --errors.");
            }
        });
        command.SetAction(
            async (parsed, ct) =>
            {
                var request = new ImportRequest(s_kinds[parsed.GetValue(kind)!], parsed.GetValue(from)!)
                {
                    Query = parsed.GetValue(query),
                    Map = parsed.GetValue(map),
                    Throttle = parsed.GetValue(throttle),
                    Errors = parsed.GetValue(errors),
                    Job = parsed.GetValue(job),
                    Resume = parsed.GetValue(resume),
                    DryRun = parsed.GetValue(dryRun) ? Sample(parsed.GetValue(json)) : null,
                };
                var import = new ImportJob(request, Connection.FromEnvironment(), DataFolder.Open(parsed.GetValue(data)), Terminal.Clock, Terminal.Logger);
                return await RunAsync(import, request, parsed.GetValue(json), ct).ConfigureAwait(false);
            }
        );
        return command;
    }

    private static async Task<int> RunAsync(ImportJob import, ImportRequest request, bool json, CancellationToken ct)
    {
        using var watch = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var watching = EachProgress.WatchAsync("import", () => import.Position.Size, () => import.Position.Read, () => { }, () => import.Counts, watch.Token);
        ImportResult result;
        try
        {
            result = await import.RunAsync(ct).ConfigureAwait(false);
        }
        catch (ConnectorException e)
        {
            await watch.CancelAsync().ConfigureAwait(false);
            await watching.ConfigureAwait(false);
            var (succeeded, failed) = import.Counts;
            if (succeeded + failed > 0)
            {
                Terminal.Say(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"Stopped after {succeeded + failed} rows: {succeeded} imported, {failed} failed. Go on with: --resume --job {import.Name}"
                    )
                );
            }

            return Terminal.Fail(e, json);
        }

        await watch.CancelAsync().ConfigureAwait(false);
        await watching.ConfigureAwait(false);
        return Show(result, request, json);
    }

    private static int Show(ImportResult result, ImportRequest request, bool json)
    {
        foreach (var text in result.Notes.Concat(result.Examples))
        {
            Terminal.Say(text);
        }

        if (result.Failed > result.Examples.Count && request.Errors is null)
        {
            Terminal.Say(string.Create(CultureInfo.InvariantCulture, $"and {result.Failed - result.Examples.Count} more; --errors FILE writes them all."));
        }

        var done = request.DryRun is null ? "imported" : "would be sent";
        Terminal.Say(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{result.Succeeded + result.Failed} rows: {result.Succeeded} {done}, {result.Failed} "
                    + $"failed{(result.Failed > 0 && request.Errors is { } file ? $" (see {file})" : "")}."
            )
        );
        if (json)
        {
            Terminal.Json(
                new JObject
                {
                    ["job"] = result.Job,
                    ["rows"] = result.Succeeded + result.Failed,
                    ["succeeded"] = result.Succeeded,
                    ["failed"] = result.Failed,
                    ["problems"] = new JArray(result.Examples),
                }
            );
        }

        return result.Failed > 0 ? ExitCodes.NotWholly : ExitCodes.Success;
    }

    // The first operations of the first request are enough to see what a map does.
    private static Action<ReadOnlyMemory<byte>> Sample(bool json)
    {
        var shown = 0;
        return body =>
        {
            if (!json && Interlocked.Exchange(ref shown, 1) == 0)
            {
                foreach (var operation in ConnectorJson.Parse(body.Span)["batch"]!.Take(3))
                {
                    Terminal.Print(ConnectorJson.ToText(operation));
                }
            }
        };
    }

    private static double? Rate(System.CommandLine.Parsing.ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        text = text.EndsWith("/s", StringComparison.Ordinal) ? text[..^2] : text;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var rate) && rate is >= 0.1 and <= 100_000)
        {
            return rate;
        }

        result.AddError("--throttle must be rows a second from 0.1 to 100000, such as 500/s.");
        return null;
    }
}
