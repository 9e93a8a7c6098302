using System.CommandLine;
using CustomerIo.Connector.Cli.Compare;
using CustomerIo.Connector.Cli.Each;
using CustomerIo.Connector.Cli.Shell;
using CustomerIo.Connector.Pipelines.Stores;
using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Cli.Commands;

/// <summary><c>connector events</c>: events of the Segment and RudderStack format, shown as requests or sent.</summary>
internal static class EventsCommand
{
    public static Command Create() =>
        new("events", "Translates, compares or sends events of the Segment and RudderStack format.") { Translate(), Send(), Compare() };

    private static Command Translate()
    {
        var settings = new EventOptions();
        var input = Input();
        var output = new Option<string?>("--out")
        {
            Description = "Writes the results to this file, which appears when it is whole; without it to stdout.",
            HelpName = "file",
        };
        var command = new Command("translate", "Shows the requests that events become, one line for each; sends nothing.") { input, output }.WithExamples(
            "connector events translate --profile segment --in events.jsonl"
        );
        settings.AddTo(command);
        command.SetAction(
            async (parsed, ct) =>
            {
                Task<(long, long, long)> RunAsync(Stream stream) =>
                    new EventsTranslate(settings.Read(parsed), settings.Region(parsed) ?? Region.Us, stream).RunAsync(parsed.GetValue(input)!, ct);

                var (translated, refused, skipped) = parsed.GetValue(output) is { } file
                    ? await IntoAsync(file, parsed.GetValue(input)!, RunAsync, ct).ConfigureAwait(false)
                    : await RunAsync(Stdout.Open()).ConfigureAwait(false);
                return EachProgress.End(translated, refused, end: null, skipped);
            }
        );
        return command;
    }

    private static Command Send()
    {
        var settings = new EventOptions();
        var input = Input();
        var concurrency = new Option<int>("--concurrency")
        {
            Description = "How many people's events are on their way at once, 1 to 256. Default 16.",
            HelpName = "n",
            DefaultValueFactory = _ => 16,
        };
        Shared.Between(concurrency, 1, 256);
        var sandbox = new Option<bool>("--sandbox") { Description = "Sends to a sandbox made for this run." };
        var command = new Command("send", "Sends events; one result for each, in order.") { input, concurrency, sandbox }.WithExamples(
            "connector events send --profile rudderstack --in events.jsonl --sandbox"
        );
        settings.AddTo(command);
        command.SetAction(
            async (parsed, ct) =>
            {
                await using var local = parsed.GetValue(sandbox)
                    ? await SandboxCommand.StartAsync(new Sandbox.SandboxOptions(), ct).ConfigureAwait(false)
                    : null;
                var connection = local is null ? Connection.FromEnvironment() : SandboxCommand.ConnectionTo(local);
                using var connector = new CustomerIoConnector(new CustomerIoConnectorOptions { Time = Terminal.Clock, Logger = Terminal.Logger });
                using var send = new EventsSend(connector, connection, settings.Read(parsed), settings.Region(parsed), parsed.GetValue(concurrency));
                var exit = await send.RunAsync(parsed.GetValue(input)!, ct).ConfigureAwait(false);
                if (local is not null)
                {
                    Terminal.Say($"The sandbox recorded {local.RequestCount} requests.");
                }

                return exit;
            }
        );
        return command;
    }

    private static Command Compare()
    {
        var settings = new EventOptions(withApi: false);
        var ours = new Option<string>("--ours")
        {
            Description = "A JSON Lines file of events, or - for stdin; they are translated, nothing is sent.",
            HelpName = "file|-",
            Required = true,
        };
        var theirs = new Option<string>("--theirs")
        {
            Description = "A JSON Lines file of the old system's requests, or -; as sandbox --record and events translate write them.",
            HelpName = "file|-",
            Required = true,
        };
        var json = Shared.Json();
        var command = new Command(
            "compare",
            "Shows where the requests of events differ from those of the system you move from, field by field. The output shows values of the events."
        )
        {
            ours,
            theirs,
            json,
        }
            .WithExamples(
                "connector sandbox --record theirs.jsonl",
                "connector events compare --profile segment --ours events.jsonl --theirs theirs.jsonl",
                "connector events compare --profile rudderstack-v2 --ours events.jsonl --theirs theirs.jsonl --json"
            )
            .WithExitCodes(
                (ExitCodes.Success, "All was compared, and nothing differs."),
                (ExitCodes.NotWholly, "Something differs, an event is refused, a line of theirs cannot be read, or there was nothing to compare."),
                (ExitCodes.Input, "A file cannot be read, or no line of theirs is a request.")
            );
        settings.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(ours) == "-" && result.GetValue(theirs) == "-")
            {
                result.AddError("--ours and --theirs cannot both be read from stdin.");
            }
        });
        command.SetAction(
            async (parsed, ct) =>
            {
                var result = await new EventsCompare(settings.Read(parsed))
                    .RunAsync(parsed.GetValue(ours)!, parsed.GetValue(theirs)!, ct)
                    .ConfigureAwait(false);
                if (parsed.GetValue(json))
                {
                    Terminal.Json(result);
                }
                else
                {
                    Terminal.Print(CompareText.Of(result));
                }

                return CompareText.IsAlike(result) ? ExitCodes.Success : ExitCodes.NotWholly;
            }
        );
        return command;
    }

    private static Option<string> Input() =>
        new("--in")
        {
            Description = "A JSON Lines file, one event a line, or - for stdin.",
            HelpName = "file|-",
            Required = true,
        };

    // The file takes its name when it is whole: neither the source nor what was there before is lost to a run that fails.
    private static async Task<T> IntoAsync<T>(string file, string source, Func<Stream, Task<T>> run, CancellationToken ct)
    {
        PlainFile.RefuseSource("results", file, source, ct);
        using var whole = Written(file, () => WholeFile.Create(file, overwrite: true));
        var result = await run(new GuardedStream(() => whole.Stream, e => FileFailure.Of(e, file, "written"))).ConfigureAwait(false);
        return Written(
            file,
            () =>
            {
                whole.Complete();
                return result;
            }
        );
    }

    private static T Written<T>(string file, Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            throw FileFailure.Of(e, file, "written");
        }
    }
}
