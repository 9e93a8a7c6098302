using System.CommandLine;
using CustomerIo.Connector.Cli.Shell;
using CustomerIo.Connector.Cli.Webhooks;
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

    public static Option<string?> Data() => Shared.Data("received events are");

    private static Command Serve()
    {
        var listen = new ListenOptions(ListenOptions.WebhooksPort);
        var data = Data();
        var settings = TriggerOptions.Settings();
        var command = new Command("serve", "Takes deliveries of reporting webhooks, and prints one line of JSON for each event.").WithExamples(
            "connector webhooks serve --events email_bounced >> bounces.jsonl"
        );
        listen.AddTo(command);
        settings.AddTo(command);
        command.Options.Add(data);
        command.SetAction(
            async (parsed, ct) =>
            {
                var wanted = TriggerSettings.Read(Trigger, settings.Given(parsed));
                var key = Connection.FromEnvironment().WebhookSigningKey;
                await using var events = ReceivedEvents.Open(DataFolder.Open(parsed.GetValue(data)));
                await using var output = Stdout.Open();
                using var printer = new EventPrinter(events, wanted, output);
                await using var server = new HubServer(listen.Read(parsed), Part(events, wanted, key, printer.Wake));
                await ListenOptions
                    .RunAsync(
                        listen.Read(parsed),
                        server,
                        url =>
                        {
                            Terminal.Print(url + wanted.Path);
                            Terminal.Print($"{UrlVariable}={url}{wanted.Path}");
                            return Checking(key);
                        },
                        async () =>
                        {
                            if (!await printer.RunAsync(ct).ConfigureAwait(false))
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

    /// <summary>The part of a hub that takes deliveries.</summary>
    /// <param name="events">Where they are kept.</param>
    /// <param name="wanted">Which ones, and at which path.</param>
    /// <param name="key">The signing key; null to verify nothing.</param>
    /// <param name="kept">Hears of each that was kept, and hands it on; null when they are only kept.</param>
    public static WebhookPart Part(ReceivedEvents events, TriggerSettings wanted, string? key, Action? kept)
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

                return receipt;
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
        var data = Data();
        var command = new Command("received", "Prints what was received lately, newest first, one line of JSON for each event.");
        options.AddTo(command);
        command.Options.Add(data);
        command.SetAction(
            async (parsed, _) =>
            {
                var values = tool.Validate(options.Given(parsed));
                await using var kept = ReceivedEvents.Open(DataFolder.Open(parsed.GetValue(data)));
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
