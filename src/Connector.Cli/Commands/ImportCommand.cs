using System.CommandLine;
using System.Globalization;
using CustomerIo.Connector.Cli.Each;
using CustomerIo.Connector.Cli.Shell;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Pipelines.Import;
using CustomerIo.Connector.Pipelines.Stores;
using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Cli.Commands;

/// <summary><c>connector import kind</c>: moves a table into Customer.io.</summary>
internal static class ImportCommand
{
    private static readonly ActionManifest s_job = Catalogue.Embedded.Jobs.Single(j => j.Id == "run-import");

    public static Command Create()
    {
        var kind = ManifestOptions.Argument(s_job.Input, "kind");
        var options = ManifestOptions.For(
            s_job.Input,
            new("from", Value: "source"),
            new("query", Value: "sql"),
            new("map", Value: "map.json"),
            new("dryRun") { Also = "Shows the first operations." },
            new("throttle", Value: "n/s") { Clean = text => text.EndsWith("/s", StringComparison.Ordinal) ? text[..^2] : text },
            new("errors", Value: "file"),
            new("job", Value: "name"),
            new("resume")
        );
        var data = Shared.Data("the checkpoints are");
        var postgres = Shared.PostgresOption("Keeps the checkpoints in PostgreSQL, so that --resume works on any machine");
        var json = Shared.Json();
        var suggest = new Option<bool>("--suggest-map")
        {
            Description = "Prints a map for --map, with types as the first rows have them, and imports nothing.",
        };
        var command = new Command(
            "import",
            "Imports people, events, objects, relationships, segment members, topic preferences or suppressed addresses from a table."
        )
        {
            kind,
        }.WithExamples(
            "connector import people --from people.csv --dry-run",
            "connector import people --from people.csv --suggest-map > map.json",
            "connector import people --from people.csv --map map.json --errors bad.csv",
            "connector import events --from env:DATABASE --query 'SELECT * FROM orders'"
        );
        options.AddTo(command);
        command.Options.Add(data);
        command.Options.Add(postgres);
        command.Options.Add(json);
        command.Options.Add(suggest);
        command.Validators.Add(result =>
        {
            if (
                result.GetResult(suggest) is not null
                && ((string[])["map", "dryRun", "throttle", "errors", "job", "resume"]).Any(o => result.GetResult(options[o]) is not null)
            )
            {
                result.AddError("--suggest-map only reads the first rows; it goes with --from and --query alone.");
            }

            if (result.GetResult(options["dryRun"]) is not null && ((string[])["resume", "errors"]).Any(o => result.GetResult(options[o]) is not null))
            {
                result.AddError("--dry-run writes nothing; it cannot be combined with --resume or --errors.");
            }
        });
        command.SetAction(
            async (parsed, ct) =>
            {
                var given = options.Given(parsed);
                given["kind"] = parsed.GetValue(kind);
                if (parsed.GetValue(suggest))
                {
                    var wanted = ImportRequest.Of(s_job.Validate(given), _ => { });
                    Terminal.Print(ConnectorJson.ToText(await MapSuggestion.ReadAsync(wanted, Terminal.Say, ct).ConfigureAwait(false), true));
                    return ExitCodes.Success;
                }

                var sample = new ImportSample();
                var request = ImportRequest.Of(s_job.Validate(given), sample.Take);
                var import = new ImportJob(
                    request,
                    Connection.FromEnvironment(),
                    DataFolder.Open(parsed.GetValue(data)),
                    Terminal.Clock,
                    Terminal.Logger,
                    Shared.Postgres(parsed.GetValue(postgres))
                );
                return await RunAsync(import, request, sample, parsed.GetValue(json), ct).ConfigureAwait(false);
            }
        );
        return command;
    }

    private static async Task<int> RunAsync(ImportJob import, ImportRequest request, ImportSample sample, bool json, CancellationToken ct)
    {
        using var watch = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var watching = EachProgress.WatchAsync(
            "import",
            () => EachProgress.Part(import.Position.Done, import.Position.Size),
            () => { },
            () => import.Counts,
            watch.Token
        );
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
                        $"Stopped after {Shown.Counted(succeeded + failed, "row")}: {succeeded} imported, {failed} failed. "
                            + $"Go on with: --resume --job {import.Name}"
                    )
                );
            }

            return Terminal.Fail(e, json);
        }

        await watch.CancelAsync().ConfigureAwait(false);
        await watching.ConfigureAwait(false);
        if (!json)
        {
            Show(sample);
        }

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
                $"{Shown.Counted(result.Succeeded + result.Failed, "row")}: {result.Succeeded} {done}, {result.Failed} "
                    + $"failed{(result.Failed > 0 && request.Errors is { } file ? $" (see {file})" : "")}."
            )
        );
        if (json)
        {
            Terminal.Json(result.ToJson());
        }

        return result.Failed > 0 ? ExitCodes.NotWholly : ExitCodes.Success;
    }

    private static void Show(ImportSample sample)
    {
        if (sample.Operations is { Count: > 0 } first)
        {
            Terminal.Say(first.Count > 1 ? "The first operations:" : "The first operation:");
            foreach (var operation in first)
            {
                Terminal.Print(ConnectorJson.ToText(operation));
            }
        }
    }
}
