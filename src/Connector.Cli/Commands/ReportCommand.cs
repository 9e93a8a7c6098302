using System.CommandLine;
using System.Globalization;
using CustomerIo.Connector.Cli.Each;
using CustomerIo.Connector.Cli.Shell;
using CustomerIo.Connector.Pipelines.Export;
using CustomerIo.Connector.Pipelines.Reports;
using CustomerIo.Connector.Pipelines.Stores;
using CustomerIo.Connector.Values;
using Spectre.Console;

namespace CustomerIo.Connector.Cli.Commands;

/// <summary><c>connector report what</c>: counts what became of messages, here and as a page to look at.</summary>
internal static class ReportCommand
{
    private const string Days = "30d";

    // As many days as Customer.io counts one by one.
    private const int HistoryDays = 45;

    private static readonly Dictionary<string, ReportKind> s_kinds = Enum.GetValues<ReportKind>().ToDictionary(k => Names.Camel(k.ToString()));

    private static readonly Dictionary<string, Color> s_colours = new()
    {
        ["delivered"] = Color.Blue,
        ["opened"] = Color.Teal,
        ["clicked"] = Color.Olive,
        ["converted"] = Color.Purple,
        ["bounced"] = Color.Red,
        ["unsubscribed"] = Color.Fuchsia,
    };

    public static Command Create()
    {
        var what = new Argument<string>("what") { HelpName = "what", Description = $"One of {string.Join(", ", s_kinds.Keys)}." };
        what.AcceptOnlyFromAmong([.. s_kinds.Keys]);
        var since = new Option<long?>("--since")
        {
            Description = $"From when on: a date, a time, 7d or 12h. Days one by one up to 45, then weeks, then months. Default {Days}.",
            HelpName = "time",
            CustomParser = result => ExportCommand.Since(result),
        };
        var to = new Option<string?>("--to")
        {
            Description = "Writes the report to this file: one page of HTML with charts and numbers, for a browser, a phone or a printer.",
            HelpName = "file.html",
        };
        var sandbox = new Option<bool>("--sandbox") { Description = "Reports on a sandbox made for this run, with six weeks of messages." };
        var json = Shared.Json();
        var command = new Command("report", "Counts what became of messages: sent, delivered, opened, clicked, converted, bounced, unsubscribed.")
        {
            what,
            since,
            to,
            sandbox,
            json,
        }.WithExamples(
            "connector report campaigns",
            "connector report campaigns --since 30d --to report.html",
            "connector report newsletters --sandbox --to report.html"
        );
        command.SetAction(
            async (parsed, ct) =>
            {
                if (parsed.GetValue(to) is { } target)
                {
                    if (Path.GetExtension(target).ToUpperInvariant() is not (".HTML" or ".HTM"))
                    {
                        throw new ConnectorException(FailureKind.Input, $"{target} must end in .html: a report is one page. connector export writes tables.");
                    }

                    PlainFile.Check(target, ct);
                }

                await using var local = parsed.GetValue(sandbox)
                    ? await SandboxCommand.StartAsync(new Sandbox.SandboxOptions { HistoryDays = HistoryDays }, ct).ConfigureAwait(false)
                    : null;
                var connection = local is null ? Connection.FromEnvironment() : SandboxCommand.ConnectionTo(local);
                using var connector = new CustomerIoConnector(new CustomerIoConnectorOptions { Time = Terminal.Clock, Logger = Terminal.Logger });
                var report = await ReadAsync(
                        new ReportReader(connector, connection, Terminal.Clock),
                        s_kinds[parsed.GetValue(what)!],
                        parsed.GetValue(since) ?? ExportJob.ReadSince(Days, Terminal.Clock.GetUtcNow())!.Value,
                        ct
                    )
                    .ConfigureAwait(false);
                if (parsed.GetValue(to) is { } file)
                {
                    DataFolder.WriteSecret(file, ReportPage.Of(report));
                }

                if (parsed.GetValue(json))
                {
                    Terminal.Json(report.ToJson());
                }
                else
                {
                    Show(report);
                }

                if (parsed.GetValue(to) is { } written)
                {
                    Terminal.Say($"Written to {written}.");
                }

                return ExitCodes.Success;
            }
        );
        return command;
    }

    private static async Task<Report> ReadAsync(ReportReader reader, ReportKind kind, long since, CancellationToken ct)
    {
        using var watch = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var watching = EachProgress.WatchAsync(
            "report",
            () => EachProgress.Part(reader.Position.Done, reader.Position.All),
            () => { },
            () => (reader.Position.Done, 0),
            watch.Token
        );
        try
        {
            return await reader.ReadAsync(kind, since, ct).ConfigureAwait(false);
        }
        finally
        {
            await watch.CancelAsync().ConfigureAwait(false);
            await watching.ConfigureAwait(false);
        }
    }

    private static void Show(Report report)
    {
        if (report.Senders.Count == 0)
        {
            Terminal.Say("No messages were sent in this time.");
            return;
        }

        var table = Terminal.Table(["Name", "Sent", .. Report.Rates.Select(Word)]);
        for (var i = 1; i < table.Columns.Count; i++)
        {
            table.Columns[i].RightAligned().NoWrap();
        }

        foreach (var sender in report.Senders)
        {
            table.AddRow([
                Terminal.Cell(sender.Name),
                Terminal.Cell(Number(sender.Total("sent"))),
                .. Report.Rates.Select(m => Terminal.Cell(Percent(sender.Rate(m)))),
            ]);
        }

        Terminal.Out.Write(table);
        if (Terminal.OutWidth == 0)
        {
            return;
        }

        var rates = new BarChart()
            .Label($"[bold]{report.Title}: {Number(report.Total("sent"))} sent since {report.Steps[0]:yyyy-MM-dd}, all together in %[/]")
            .WithMaxValue(100);
        foreach (var metric in Report.Rates)
        {
            rates.AddItem(metric, Math.Round((report.Rate(metric) ?? 0) * 100, 1), s_colours[metric]);
        }

        Terminal.Out.Write(rates);
        var days = new BarChart().Label($"[bold]Sent by {report.Unit}[/]");
        var sent = report.ByStep("sent");
        foreach (var (i, step) in report.Steps.Index().TakeLast(14))
        {
            days.AddItem(step.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), sent[i], Color.Grey);
        }

        Terminal.Out.WriteLine();
        Terminal.Out.Write(days);
    }

    private static string Word(string metric) => metric == "unsubscribed" ? "Unsubs." : char.ToUpperInvariant(metric[0]) + metric[1..];

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Percent(double? rate) => rate is { } share ? share.ToString("0.0 %", CultureInfo.InvariantCulture) : "–";
}
