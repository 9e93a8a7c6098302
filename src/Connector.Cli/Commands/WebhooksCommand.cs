using System.CommandLine;
using System.Runtime.ExceptionServices;
using System.Text;
using CustomerIo.Connector.Cli.Shell;
using CustomerIo.Connector.Cli.Webhooks;
using CustomerIo.Connector.Hub.Brokers;
using CustomerIo.Connector.Hub.Listening;
using CustomerIo.Connector.Hub.Webhooks;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Pipelines.Stores;
using CustomerIo.Connector.Pipelines.Webhooks;
using CustomerIo.Connector.Values;
using CustomerIo.Connector.Webhooks;
using Newtonsoft.Json.Linq;
using Spectre.Console;

namespace CustomerIo.Connector.Cli.Commands;

/// <summary><c>connector webhooks</c>: receives what Customer.io reports, and sets up that it does.</summary>
internal static class WebhooksCommand
{
    public const string UrlVariable = "CUSTOMERIO_WEBHOOK_URL";

    /// <summary>How long the headers, and then the body, of a delivery may take to arrive; Customer.io itself waits four seconds.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    /// <summary>How long an answer waits for the broker: less than Customer.io waits for the answer.</summary>
    private static readonly TimeSpan s_confirmation = TimeSpan.FromSeconds(3),
        s_longest = TimeSpan.FromSeconds(30);

    private const string BrokerQueue = "customerio-webhooks";

    public static Command Create() =>
        new("webhooks", "Receives what Customer.io reports: messages sent, delivered, opened, clicked, bounced …")
        {
            Serve(),
            Received(),
            EventNames(),
            SendSample(),
            WebhookSetupCommands.Register(),
            WebhookSetupCommands.List(),
            WebhookSetupCommands.Remove(),
        };

    /// <summary>The trigger that all of this is about.</summary>
    public static TriggerManifest Trigger => Catalogue.Embedded.Triggers.Single();

    private static Command Serve()
    {
        var listen = new ListenOptions(ListenOptions.WebhooksPort);
        var kept = new KeptOptions("; one of them hands them on");
        var settings = TriggerOptions.Settings();
        var to = new Option<string?>("--to")
        {
            Description =
                "Publishes each event to RabbitMQ in place of printing it, and answers once the broker has it: amqps://user:password@host, amqp:// on this "
                + "machine, or env:NAME.",
            HelpName = "url|env:NAME",
        };
        var queue = new Option<string>("--queue")
        {
            Description = $"With --to: the queue, which is made where it is missing. Default {BrokerQueue}.",
            HelpName = "name",
            DefaultValueFactory = _ => BrokerQueue,
        };
        var exchange = new Option<string?>("--exchange")
        {
            Description = "With --to: an exchange of yours in place of the queue; the routing key is the event's name, such as email_bounced.",
            HelpName = "name",
        };
        var command = new Command("serve", "Takes deliveries of reporting webhooks, and prints one line of JSON for each event.").WithExamples(
            "connector webhooks serve --events email_bounced >> bounces.jsonl",
            "connector webhooks serve --to env:RABBITMQ_URL --queue customerio"
        );
        listen.AddTo(command);
        settings.AddTo(command);
        command.Options.Add(to);
        command.Options.Add(queue);
        command.Options.Add(exchange);
        kept.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetResult(to) is null && (result.GetResult(queue) is { Implicit: false } || result.GetResult(exchange) is not null))
            {
                result.AddError("--queue and --exchange need --to.");
            }
        });
        command.SetAction(
            async (parsed, ct) =>
            {
                var wanted = TriggerSettings.Read(Trigger, settings.Given(parsed));
                var key = Connection.FromEnvironment().WebhookSigningKey;
                await using var publisher = parsed.GetValue(to) is { } address
                    ? new RabbitPublisher(
                        BrokerAddress.Parse(address, "--to", ["amqp"], Environment.GetEnvironmentVariable),
                        parsed.GetValue(queue)!,
                        parsed.GetValue(exchange)
                    )
                    : null;
                // What is wrong with the broker is better said now than to Customer.io.
                await (publisher?.PublishAsync([], ct) ?? Task.CompletedTask).ConfigureAwait(false);
                await using var events = kept.Open(parsed);
                await using var output = Stdout.Open();
                using var printer = new EventPrinter(
                    events,
                    wanted,
                    publisher is null ? EventPrinter.To(output) : (some, stop) => PublishAsync(publisher, some, stop)
                );
                var part = Part(events, wanted, key, printer.Wake, publisher is null ? null : printer.HandedOnAsync);
                await using var server = new HubServer(listen.Read(parsed), part);
                await ListenOptions
                    .RunAsync(
                        listen.Read(parsed),
                        server,
                        url =>
                        {
                            Terminal.Print(url + wanted.Path);
                            Terminal.Print($"{UrlVariable}={url}{wanted.Path}");
                            return Checking(key) + (publisher is null ? "" : $" Events go to {publisher.Name}.");
                        },
                        async () =>
                        {
                            if (!await HandOnAsync(events, wanted.Path, printer, ct).ConfigureAwait(false))
                            {
                                Terminal.Say("Whoever reads standard output does not take what is left: that comes at the next start.");
                            }
                        },
                        ct
                    )
                    .ConfigureAwait(false);
                Terminal.Say("Stopped.");
                return ExitCodes.Success;
            }
        );
        return command;
    }

    // Of machines that share events one at a time hands them on, in their order.
    private static async Task<bool> HandOnAsync(ReceivedEvents events, string path, EventPrinter printer, CancellationToken ct)
    {
        if (events.Shared is null)
        {
            return await printer.RunAsync(ct).ConfigureAwait(false);
        }

        var isTaken = true;
        ExceptionDispatchInfo? failure = null;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var turn = new SharedTurn(events.Shared, $"webhooks {path}", "Handing received events on", "none is handed on here", Terminal.Say, TimeProvider.System);
        await turn.RunAsync(
                async (held, ended) =>
                {
                    Terminal.Say("This machine hands on what all receive.");
                    try
                    {
                        isTaken = await printer.RunAsync(ended, held).ConfigureAwait(false);
                    }
                    catch (ConnectorException e)
                    {
                        // Not the database's: what takes the events has failed.
                        failure = ExceptionDispatchInfo.Capture(e);
                        await over.CancelAsync().ConfigureAwait(false);
                        return;
                    }

                    if (!ct.IsCancellationRequested)
                    {
                        Terminal.Say("This machine stands by: another one hands on, or is about to.");
                    }
                },
                over.Token
            )
            .ConfigureAwait(false);
        failure?.Throw();
        return isTaken;
    }

    // Until the broker has them they are kept, and Customer.io is told to come again.
    private static async Task<bool> PublishAsync(RabbitPublisher publisher, IReadOnlyList<(ReceivedEvent Event, string Form)> some, CancellationToken ct)
    {
        for (var wait = TimeSpan.FromSeconds(1); ; wait = wait * 2 < s_longest ? wait * 2 : s_longest)
        {
            try
            {
                await publisher
                    .PublishAsync(some.Select(e => new OutgoingMessage(e.Event.EventId, e.Event.Name, Encoding.UTF8.GetBytes(e.Form))), CancellationToken.None)
                    .ConfigureAwait(false);
                return true;
            }
            catch (ConnectorException e) when (ct.IsCancellationRequested)
            {
                Terminal.Say($"{e.Message} What it did not take is kept, and comes at the next start.");
                return false;
            }
            catch (ConnectorException e)
            {
                Terminal.Say($"{e.Message} Events are kept, and published again in {wait.TotalSeconds:0} s.");
                await Task.Delay(wait, TimeProvider.System, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>The part of a hub that takes deliveries.</summary>
    /// <param name="events">Where they are kept.</param>
    /// <param name="wanted">Which ones, and at which path.</param>
    /// <param name="key">The signing key; null to verify nothing.</param>
    /// <param name="kept">Hears of each that was kept, and hands it on; null when they are only kept.</param>
    /// <param name="handedOn">Waits until an event was handed on, of a duplicate until all were; null when the answer does not wait for that.</param>
    public static WebhookPart Part(ReceivedEvents events, TriggerSettings wanted, string? key, Action? kept, Func<long?, TimeSpan, Task<bool>>? handedOn = null)
    {
        var receiver = new Receiver(events, TimeProvider.System);
        return new WebhookPart(
            wanted,
            s_patience,
            async request =>
            {
                var receipt = await receiver.ReceiveAsync(request, wanted, key, acknowledged: kept is null).ConfigureAwait(false);
                kept?.Invoke();
                if (receipt.Warning is { } warning)
                {
                    Terminal.Say(warning);
                }

                return
                    handedOn is null || receipt is not { Status: 200, Filtered: false } || await handedOn(receipt.Number, s_confirmation).ConfigureAwait(false)
                    ? receipt
                    : receipt with
                    {
                        Status = 503,
                        Reason = "The broker has not confirmed the event yet.",
                    };
            },
            Terminal.Say,
            verifies: key is not null
        );
    }

    /// <summary>Says whether deliveries are checked.</summary>
    public static string Checking(string? key) =>
        key is null
            ? "No signing key is set (CUSTOMERIO_WEBHOOK_SIGNING_KEY): deliveries are NOT verified, anybody who finds the address can post them."
            : "Deliveries are checked against the signing key.";

    private static Command Received()
    {
        var tool = TriggerOptions.Tool("list-received-events");
        var options = ManifestOptions.For(tool.Input, new("limit", Value: "n"), TriggerOptions.Events);
        var where = new KeptOptions();
        var command = new Command("received", "Prints what was received lately, newest first, one line of JSON for each event.");
        options.AddTo(command);
        where.AddTo(command);
        command.SetAction(
            async (parsed, _) =>
            {
                var values = tool.Validate(options.Given(parsed));
                await using var kept = where.Open(parsed);
                foreach (var one in kept.Newest((int)values["limit"]!, [.. (values["events"] ?? new JArray()).Select(e => (string)e!)]))
                {
                    Terminal.Json(one.ToJson());
                }

                return ExitCodes.Success;
            }
        );
        return command;
    }

    private static Command EventNames()
    {
        var command = new Command("events", "Lists the events that there are.");
        command.SetAction(_ =>
        {
            var table = Terminal.Table().AddColumn("Event", c => c.NoWrap()).AddColumn("Means");
            foreach (var one in Trigger.Offered)
            {
                table.AddRow(new Text(one.Name), new Text(one.Description));
            }

            Terminal.Out.Write(table);
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command SendSample()
    {
        var name = new Argument<string>("name") { Description = "The event, such as email_bounced." };
        name.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && Trigger.Find(token.Value) is null)
            {
                result.AddError(TriggerOptions.Unknown(token.Value));
            }
        });
        var to = new Option<Uri?>("--to")
        {
            Description = $"Where to post it. Default {UrlVariable}, as serve prints it.",
            HelpName = "url",
            CustomParser = result =>
            {
                if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
                {
                    return url;
                }

                result.AddError("--to must be an address, such as http://127.0.0.1:8027/customerio.");
                return null;
            },
        };
        var id = new Option<string?>("--id")
        {
            Description = "The event's id; a second one with the same is a duplicate. Default a new one.",
            HelpName = "text",
        };
        var command = new Command("send-sample", "Posts a made-up delivery, signed with CUSTOMERIO_WEBHOOK_SIGNING_KEY if that is set.") { name, to, id };
        command.SetAction(
            async (parsed, ct) =>
            {
                var url =
                    parsed.GetValue(to)
                    ?? (
                        Environment.GetEnvironmentVariable(UrlVariable) is { Length: > 0 } text && Uri.TryCreate(text, UriKind.Absolute, out var given)
                            ? given
                            : throw new ConnectorException(FailureKind.Input, "Say where to post it: --to http://127.0.0.1:8027/customerio, for instance.")
                    );
                var eventId = parsed.GetValue(id) ?? EventIds.Fresh(TimeProvider.System.GetUtcNow());
                var one = Trigger.Find(parsed.GetValue(name)!)!;
                var (status, answer) = await SampleSender
                    .SendAsync(Trigger, one, url, Connection.FromEnvironment().WebhookSigningKey, eventId, ct)
                    .ConfigureAwait(false);
                Terminal.Print($"{status} {answer}", $"The sample was posted and answered {status}.");
                return status is >= 200 and < 300 ? ExitCodes.Success : ExitCodes.NotWholly;
            }
        );
        return command;
    }
}
