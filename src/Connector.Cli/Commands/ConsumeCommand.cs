using System.CommandLine;
using System.Globalization;
using CustomerIo.Connector.Api;
using CustomerIo.Connector.Cli.Each;
using CustomerIo.Connector.Cli.Shell;
using CustomerIo.Connector.Hub.Brokers;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Sandbox;
using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Cli.Commands;

/// <summary><c>connector consume</c>: delivers what a message broker holds, events or rows for an action.</summary>
internal static class ConsumeCommand
{
    private static readonly TimeSpan s_tell = TimeSpan.FromSeconds(10);

    public static Command Create()
    {
        var from = new Option<string>("--from")
        {
            Description =
                "The broker: amqps://, tls:// (NATS) or kafkas:// with user:password@host; amqp://, nats:// or kafka:// on this machine only. Or env:NAME.",
            HelpName = "url|env:NAME",
            Required = true,
        };
        var queue = new Option<string>("--queue")
        {
            Description = "RabbitMQ's queue, which is made where it is missing, NATS' stream or Kafka's topic.",
            HelpName = "name",
            Required = true,
        };
        var group = new Option<string>("--group")
        {
            Description = $"NATS' durable consumer or Kafka's consumer group. Default {ConsumeOptions.DefaultGroup}.",
            HelpName = "name",
            DefaultValueFactory = _ => ConsumeOptions.DefaultGroup,
        };
        var action = new Option<string?>("--action")
        {
            Description = "Takes messages as inputs of this action, as run --each takes lines. Default: events of the common format.",
            HelpName = "id",
        };
        action.CompletionSources.Add(_ => Catalogue.Embedded.Ids);
        var letters = new Option<string?>("--dead-letters")
        {
            Description = "Where refused messages go: an exchange, a subject or a topic. Default: the queue's name and .dead-letters.",
            HelpName = "name",
        };
        var prefetch = new Option<int>("--prefetch")
        {
            Description =
                $"How many messages may be taken and not acknowledged, 1 to 50000. Default {ConsumeOptions.DefaultPrefetch}; for what must not be sent "
                + "twice, at most --concurrency.",
            HelpName = "n",
            DefaultValueFactory = _ => ConsumeOptions.DefaultPrefetch,
        };
        Shared.Between(prefetch, 1, 50_000);
        var limit = new Option<int>("--delivery-limit")
        {
            Description =
                "How often RabbitMQ gives out a message before it makes it a dead letter itself, in a queue that is made here. Default "
                + $"{ConsumeOptions.DefaultDeliveryLimit}.",
            HelpName = "n",
            DefaultValueFactory = _ => ConsumeOptions.DefaultDeliveryLimit,
        };
        Shared.Between(limit, 1, 1_000_000);
        var idle = new Option<int?>("--idle")
        {
            Description = "Ends when nothing has come for so many seconds, 1 to 86400. Default: it runs until it is stopped.",
            HelpName = "s",
        };
        idle.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, out var seconds) && seconds is < 1 or > 86_400)
            {
                result.AddError("--idle must be from 1 to 86400.");
            }
        });
        var concurrency = ServeOptions.ConcurrencyOption();
        var throttle = ServeOptions.Throttle();
        var sandbox = new Option<bool>("--sandbox") { Description = "Delivers to a sandbox made for this run." };
        var settings = new EventOptions();
        var command = new Command("consume", "Delivers what RabbitMQ, NATS JetStream or Kafka hold: events, or rows for an action.")
        {
            from,
            queue,
            group,
            action,
            letters,
            prefetch,
            limit,
            concurrency,
            throttle,
            idle,
            sandbox,
        }
            .WithExamples(
                "connector consume --from amqp://127.0.0.1 --queue events --sandbox",
                "connector consume --from env:RABBITMQ_URL --queue people --action identify",
                "connector consume --from tls://nats.example.com --queue EVENTS --profile segment",
                "connector consume --from kafkas://user:password@kafka.example.com --queue events --idle 30"
            )
            .WithExitCodes(
                (ExitCodes.Success, "It was stopped, or with --idle nothing was refused."),
                (ExitCodes.Input, "The command line is wrong, or there is no such stream or topic."),
                (ExitCodes.Connection, "The broker refuses the user, or its certificate is wrong; keys of Customer.io are missing."),
                (ExitCodes.NotWholly, "With --idle: some messages are dead letters."),
                (ExitCodes.Unavailable, "The broker could not be reached at the start.")
            );
        settings.AddTo(command);
        command.SetAction(
            async (parsed, ct) =>
            {
                var address = BrokerAddress.Parse(parsed.GetValue(from)!, "--from", ["amqp", "nats", "kafka"], Environment.GetEnvironmentVariable);
                var wanted = parsed.GetValue(action) is { } id ? Wanted(id) : null;
                var events = settings.Read(parsed);
                await using var local = parsed.GetValue(sandbox) ? await SandboxCommand.StartAsync(new SandboxOptions(), ct).ConfigureAwait(false) : null;
                var connection = ServeOptions.Connection(parsed.GetValue(throttle), local);
                if (wanted is null)
                {
                    // Without keys nothing would ever be delivered: better said now than by a queue that grows.
                    _ = new Workspace(connection, new WorkspaceState()).Authorization(events.Api);
                }

                var isOnce = wanted is not null && RowReader.IsOnce(wanted);
                var options = new ConsumeOptions
                {
                    Queue = parsed.GetValue(queue)!,
                    Group = parsed.GetValue(group)!,
                    DeadLetters = parsed.GetValue(letters) ?? parsed.GetValue(queue) + ".dead-letters",
                    // Of what may have been begun when a process dies nothing can be sent again.
                    Prefetch = isOnce ? Math.Min(parsed.GetValue(prefetch), parsed.GetValue(concurrency)) : parsed.GetValue(prefetch),
                    DeliveryLimit = parsed.GetValue(limit),
                    Idle = parsed.GetValue(idle) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
                    IsOnce = isOnce,
                    Connection = connection,
                    Region = settings.Region(parsed),
                    Concurrency = parsed.GetValue(concurrency),
                    Say = Terminal.Say,
                };
                using var connector = new CustomerIoConnector(new CustomerIoConnectorOptions { Logger = Terminal.Logger });
                var reader = wanted is null
                    ? TakenReader.OfEvents(events, options.Say)
                    : new RowReader(connector, connector.Catalogue.Find(wanted.Id), options).Reader;
                if (local is not null)
                {
                    SandboxCommand.PrintEnvironment(local);
                }

                return await RunAsync(new BrokerConsumer(Brokers.Of(address, options), reader, options, connector), options, ct).ConfigureAwait(false);
            }
        );
        return command;
    }

    private static ActionManifest Wanted(string id)
    {
        var action = Catalogue.Embedded.Find(id);
        return action.IsReadOnly
            ? throw new ConnectorException(FailureKind.Input, $"--action {id} only reads, and nobody would get what it reads. Name an action that writes.")
            : action;
    }

    private static async Task<int> RunAsync(BrokerConsumer consumer, ConsumeOptions options, CancellationToken ct)
    {
        using var stop = new CancellationTokenSource();
        var telling = TellAsync(consumer, stop.Token);
        try
        {
            await consumer.RunAsync(ct).ConfigureAwait(false);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await telling.ConfigureAwait(false);
        }

        var (_, _, dead) = consumer.Ended;
        Terminal.Say($"Stopped. {Told(consumer)}, {Shown.Counted(consumer.GivenBack, "message")} given back.");
        return options.Idle is not null && !ct.IsCancellationRequested && dead > 0 ? ExitCodes.NotWholly : ExitCodes.Success;
    }

    // On a terminal a bar; in a log a line, when there is something to say.
    private static async Task TellAsync(BrokerConsumer consumer, CancellationToken ct)
    {
        if (!Console.IsErrorRedirected)
        {
            await EachProgress
                .WatchAsync("consume", () => null, () => { }, () => (consumer.Ended.Delivered + consumer.Ended.Skipped, consumer.Ended.DeadLettered), ct)
                .ConfigureAwait(false);
            return;
        }

        var told = consumer.Ended;
        while (!ct.IsCancellationRequested)
        {
            await Task.Delay(s_tell, TimeProvider.System, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!ct.IsCancellationRequested && consumer.Ended != told)
            {
                told = consumer.Ended;
                Terminal.Say($"{Told(consumer)}, {Shown.Counted(consumer.Held, "message")} held.");
            }
        }
    }

    private static string Told(BrokerConsumer consumer)
    {
        var (delivered, skipped, dead) = consumer.Ended;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{delivered} delivered, {(skipped > 0 ? $"{skipped} skipped, " : "")}{Shown.Counted(dead, "dead letter")}"
        );
    }
}
