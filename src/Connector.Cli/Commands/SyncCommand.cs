using System.CommandLine;
using System.Globalization;
using System.Net;
using CustomerIo.Connector.Cli.Shell;
using CustomerIo.Connector.Hub.Listening;
using CustomerIo.Connector.Hub.Scheduling;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Pipelines.Stores;
using CustomerIo.Connector.Pipelines.Sync;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Cli.Commands;

/// <summary><c>connector sync</c>: keeps tables and the workspace the same.</summary>
internal static class SyncCommand
{
    public static Command Create() => new("sync", "Keeps a table and people, or a query and a segment, the same.") { Run(), Poll(), Serve() };

    private static Command Poll()
    {
        var job = Catalogue.Embedded.Jobs.Single(j => j.Id == "run-segment-poll");
        var segment = ManifestOptions.Argument(job.Input, "segment");
        var options = ManifestOptions.For(job.Input, new("tellFirst"), new("poll", Value: "name"));
        var data = Shared.Data("who belonged to the segment is");
        var json = Shared.Json();
        var command = new Command("poll", "Prints who entered and who left a segment since the last time, one a line.") { segment }.WithExamples(
            "connector sync poll \"Pro customers\"",
            "connector sync poll 7 --tell-first --json"
        );
        options.AddTo(command);
        command.Options.Add(data);
        command.Options.Add(json);
        command.SetAction(
            async (parsed, ct) =>
            {
                var given = options.Given(parsed);
                given["segment"] = parsed.GetValue(segment);
                using var connector = new CustomerIoConnector(new CustomerIoConnectorOptions { Time = Terminal.Clock, Logger = Terminal.Logger });
                var changes = await new SegmentPoll(connector, Connection.FromEnvironment(), DataFolder.Open(parsed.GetValue(data)), Terminal.Clock)
                    .RunAsync(SegmentPollRequest.Of(job.Validate(given)), ct)
                    .ConfigureAwait(false);
                if (parsed.GetValue(json))
                {
                    Terminal.Json(changes);
                    return ExitCodes.Success;
                }

                foreach (var change in (string[])["entered", "left"])
                {
                    foreach (var person in (JArray)changes[change]!)
                    {
                        Terminal.Print(ConnectorJson.ToText(new JObject((JObject)person) { ["change"] = change }));
                    }
                }

                Terminal.Say(
                    (bool)changes["first"]!
                        ? $"Asked for the first time: {changes["members"]} members are remembered."
                        : $"{((JArray)changes["entered"]!).Count} entered, {((JArray)changes["left"]!).Count} left, {changes["members"]} members."
                );
                return ExitCodes.Success;
            }
        );
        return command;
    }

    private static Command Run()
    {
        var file = ManifestOptions.Argument(Catalogue.Embedded.Jobs.Single(j => j.Id == "run-sync").Input, "file");
        var data = Shared.Data("what both sides agreed on is");
        var state = new Option<string?>("--state") { Description = "Keeps it in another database: sqlite:FILE or postgres:CONNECTION.", HelpName = "database" };
        var json = Shared.Json();
        var dryRun = new Option<bool>("--dry-run") { Description = "Plans what would be created, changed and deleted on each side, and changes nothing." };
        var most = new Option<double?>("--max-deleted")
        {
            Description = "The largest share that this run may delete or remove, from 0 to 1. Default: maxDeleted of the sync file.",
            HelpName = "share",
        };
        most.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && double.TryParse(token.Value, CultureInfo.InvariantCulture, out var share) && share is not (>= 0 and <= 1))
            {
                result.AddError("--max-deleted must be from 0 to 1, such as 0.25.");
            }
        });
        var command = new Command("run", "Runs a sync once.") { file, dryRun, most, data, state, json }.WithExamples(
            "connector sync run people.json --dry-run",
            "connector sync run people.json",
            "connector sync run people.json --max-deleted 0.5"
        );
        command.SetAction(
            async (parsed, ct) =>
            {
                var sync = SyncFile.Read(parsed.GetValue(file)!);
                var folder = DataFolder.Open(parsed.GetValue(data));
                using var connector = new CustomerIoConnector(new CustomerIoConnectorOptions { Time = Terminal.Clock, Logger = Terminal.Logger });
                var database = State(parsed.GetValue(state), folder);
                sync = parsed.GetValue(most) is { } share ? sync with { MaxDeleted = share } : sync;
                if (parsed.GetValue(dryRun))
                {
                    var planned = await new SyncRun(connector, Connection.FromEnvironment(), database, folder, Terminal.Clock)
                        .RunAsync(sync, ct, new SyncReport(sync.Name) { Plan = new SyncPlan() })
                        .ConfigureAwait(false);
                    return Show(planned, planned.Plan!, parsed.GetValue(json));
                }

                await using var held = SyncLock.Take(database, folder, sync.Name);
                var report = await new SyncRun(connector, Connection.FromEnvironment(), database, folder, Terminal.Clock, held)
                    .RunAsync(sync, ct)
                    .ConfigureAwait(false);
                foreach (var problem in report.Problems)
                {
                    Terminal.Say(problem);
                }

                Terminal.Say(report.ToString());
                if (parsed.GetValue(json))
                {
                    Terminal.Json(report.ToJson());
                }

                return report.Failed > 0 ? ExitCodes.NotWholly : ExitCodes.Success;
            }
        );
        return command;
    }

    private static int Show(SyncReport report, SyncPlan plan, bool json)
    {
        if (json)
        {
            Terminal.Json(new JObject(report.ToJson().Properties()) { ["plan"] = plan.ToJson() });
        }
        else
        {
            Terminal.Print(string.Join('\n', plan.Lines()));
        }

        foreach (var problem in report.Problems)
        {
            Terminal.Say(problem);
        }

        if (plan.Refusal is { } refusal)
        {
            Terminal.Say($"A run would stop here. {refusal}");
        }

        Terminal.Say(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{report.Name}: {report.Read} read, {report.Failed} with problems, {Shown.Counted(report.Conflicts, "conflict")}. Nothing was changed."
            )
        );
        return report.Failed > 0 || plan.Refusal is not null ? ExitCodes.NotWholly : ExitCodes.Success;
    }

    private static Command Serve()
    {
        var folder = new Argument<string>("folder") { Description = "Holds the sync files; each says in schedule when it runs." };
        var postgres = Shared.PostgresOption("Shares schedule, state and rate with other machines");
        var data = Shared.Data("what both sides agreed on is");
        var port = new Option<int?>("--port")
        {
            Description = "Port on 127.0.0.1 for /health and /metrics; 0 picks a free one. Default: it listens nowhere.",
            HelpName = "n",
        };
        port.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, out var number) && number is < 0 or > 65535)
            {
                result.AddError("--port must be from 0 to 65535.");
            }
        });
        var command = new Command("serve", "Runs the syncs of a folder as they are scheduled, on this machine or on several.") { folder, postgres, port, data };
        command.SetAction(
            async (parsed, ct) =>
            {
                var settings = new ServeSettings(parsed.GetValue(folder)!, DataFolder.Open(parsed.GetValue(data)), Shared.Postgres(parsed.GetValue(postgres)));
                var service = new SyncService(settings, Connection.FromEnvironment(), Terminal.Say, TimeProvider.System, Terminal.Logger);
                await (parsed.GetValue(port) is { } number ? ListenAsync(service, number, ct) : service.RunAsync(ct)).ConfigureAwait(false);
                return ExitCodes.Success;
            }
        );
        return command;
    }

    private static async Task ListenAsync(SyncService service, int port, CancellationToken ct)
    {
        service.Check();
        var where = new HubOptions { Address = new IPEndPoint(IPAddress.Loopback, port) };
        await using var server = new HubServer(where, new SyncPart(service));
        await ListenOptions
            .RunAsync(
                where,
                server,
                url =>
                {
                    Terminal.Print(url);
                    return null;
                },
                work: null,
                ct
            )
            .ConfigureAwait(false);
    }

    private static Database State(string? given, string folder) =>
        given is null
            ? Database.Parse("sqlite:" + Path.Combine(folder, "sync.db"))!
            : Database.Parse(given) ?? throw new ConnectorException(FailureKind.Input, "--state must be sqlite:FILE or postgres:CONNECTION.");
}
