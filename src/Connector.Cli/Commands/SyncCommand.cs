using System.CommandLine;
using CustomerIo.Connector.Jobs.Sync;
using CustomerIo.Connector.Jobs.Tables;
using CustomerIo.Connector.Storage;

namespace CustomerIo.Connector.Cli.Commands;

/// <summary><c>connector sync</c>: keeps tables and the workspace the same.</summary>
internal static class SyncCommand
{
    public static Command Create() => new("sync", "Keeps a table and people, or a query and a segment, the same.") { Run() };

    private static Command Run()
    {
        var file = new Argument<string>("file") { Description = "The sync's file; docs/sync.md says what stands in it." };
        var data = Shared.Data("what both sides agreed on is");
        var state = new Option<string?>("--state") { Description = "Keeps it in another database: sqlite:FILE or postgres:CONNECTION.", HelpName = "database" };
        var json = Shared.Json();
        var command = new Command("run", "Runs a sync once.") { file, data, state, json };
        command.SetAction(async (parsed, ct) =>
        {
            var sync = SyncFile.Read(parsed.GetValue(file)!);
            var folder = DataFolder.Open(parsed.GetValue(data));
            using var connector = new CustomerIoConnector(new CustomerIoConnectorOptions { Logger = Terminal.Logger });
            var report = await new SyncRun(connector, Connection.FromEnvironment(), State(parsed.GetValue(state), folder), folder, TimeProvider.System).RunAsync(sync, ct).ConfigureAwait(false);
            if (parsed.GetValue(json))
            {
                Terminal.Json(report.ToJson());
            }

            foreach (var problem in report.Problems)
            {
                Terminal.Say(problem);
            }

            Terminal.Say(report.ToString());
            return report.Failed > 0 ? ExitCodes.NotWholly : ExitCodes.Success;
        });
        return command;
    }

    private static Database State(string? given, string folder) => given is null
        ? Database.Parse("sqlite:" + Path.Combine(folder, "sync.db"))!
        : Database.Parse(given) ?? throw new ConnectorException(FailureKind.Input, "--state must be sqlite:FILE or postgres:CONNECTION.");
}
