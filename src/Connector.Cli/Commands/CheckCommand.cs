using System.CommandLine;
using CustomerIo.Connector.Cli.Shell;
using Spectre.Console;

namespace CustomerIo.Connector.Cli.Commands;

/// <summary><c>connector check</c>: tests each key of the connection.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var json = Shared.Json();
        var command = new Command("check", "Tests each key of the connection in the environment (CUSTOMERIO_…).") { json }.WithExamples(
            "connector check",
            "connector check --json"
        );
        command.SetAction(
            async (parsed, ct) =>
            {
                using var connector = new CustomerIoConnector(new CustomerIoConnectorOptions { Time = Terminal.Clock });
                var report = await connector.CheckAsync(Connection.FromEnvironment(), ct).ConfigureAwait(false);
                if (parsed.GetValue(json))
                {
                    Terminal.Json(report.ToJson());
                }
                else
                {
                    Show(report);
                }

                return ExitCode(report);
            }
        );
        return command;
    }

    // Refused, or nothing to test: the connection is to be mended. Not tested: later it may pass.
    private static int ExitCode(ConnectionReport report) =>
        report.Passed ? ExitCodes.Success
        : report.Credentials.Any(c => c.State == CredentialState.Refused) ? ExitCodes.Connection
        : report.Credentials.Any(c => c.Name != "webhook" && c.State == CredentialState.Unknown) ? ExitCodes.Unavailable
        : ExitCodes.Connection;

    private static void Show(ConnectionReport report)
    {
        var table = Terminal.Table("Key", "Result", "Why");
        foreach (var credential in report.Credentials)
        {
            var (word, colour) = credential.State switch
            {
                CredentialState.Works => ("works", "green"),
                CredentialState.Refused => ("refused", "red"),
                CredentialState.NotSet => ("not set", "grey"),
                _ => ("not tested", "yellow"),
            };
            table.AddRow(new Text(credential.Name), new Markup($"[{colour}]{word}[/]"), Terminal.Cell(credential.Message));
        }

        Terminal.Out.Write(table);
    }
}
