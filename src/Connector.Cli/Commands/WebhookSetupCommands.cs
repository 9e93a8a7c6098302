using System.CommandLine;
using CustomerIo.Connector.Cli.Shell;
using CustomerIo.Connector.Cli.Webhooks;
using CustomerIo.Connector.Pipelines.Webhooks;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;
using Spectre.Console;

namespace CustomerIo.Connector.Cli.Commands;

/// <summary><c>connector webhooks register|list|remove</c>: the reporting webhooks of the workspace, through the App API.</summary>
internal static class WebhookSetupCommands
{
    public static Command Register()
    {
        var tool = TriggerOptions.Tool("register-webhook");
        var options = ManifestOptions.For(tool.Input, new("url"), TriggerOptions.Events, new("name", Value: "text"), new("fullResolution"), new("withContent"));
        var kept = new KeptOptions();
        var json = Shared.Json();
        var command = new Command(
            "register",
            "Makes Customer.io report to an address: a new reporting webhook, or the one with this address brought up to date."
        );
        options.AddTo(command);
        kept.AddTo(command);
        command.Options.Add(json);
        command.SetAction(
            async (parsed, ct) =>
            {
                var values = tool.Validate(options.Given(parsed));
                var wish = WebhookSpec.Of(values, tool.Trigger!);
                var connection = Connection.FromEnvironment();
                if (connection.AppApiKey is null)
                {
                    Terminal.Print(ByHand(wish, values["events"] is not JArray { Count: > 0 }));
                    throw new ConnectorException(
                        FailureKind.Connection,
                        "The App API key is not set (CUSTOMERIO_APP_API_KEY), so the webhook has to be made by hand, as written above."
                    );
                }

                return await WithAsync(
                        connection,
                        kept.Open(parsed),
                        async registrations =>
                        {
                            var (webhook, outcome) = await registrations.RegisterAsync(wish, ct).ConfigureAwait(false);
                            var (became, unit) = (
                                outcome == RegistrationOutcome.Reused ? "is as it should be" : "was " + Names.Camel(outcome.ToString()),
                                webhook.Events.Count == 1 ? "event" : "events"
                            );
                            var deed = $"Reporting webhook {webhook.Id} {became}: {webhook.Events.Count} {unit} to {Shown.Address(webhook.Url)}";
                            if (parsed.GetValue(json))
                            {
                                Terminal.Json(
                                    new JObject
                                    {
                                        ["id"] = webhook.Id,
                                        ["outcome"] = Names.Camel(outcome.ToString()),
                                        ["managed"] = webhook.Managed,
                                    },
                                    deed
                                );
                            }
                            else
                            {
                                Terminal.Print(deed, deed);
                                if (connection.WebhookSigningKey is null)
                                {
                                    Terminal.Say(
                                        "Copy its signing key in Customer.io (Data & Integrations, Integrations, Reporting Webhooks) into "
                                            + "CUSTOMERIO_WEBHOOK_SIGNING_KEY; no API returns it."
                                    );
                                }
                            }
                        }
                    )
                    .ConfigureAwait(false);
            }
        );
        return command;
    }

    public static Command List()
    {
        var kept = new KeptOptions();
        var json = Shared.Json();
        var command = new Command("list", "Lists the workspace's reporting webhooks.") { json };
        kept.AddTo(command);
        command.SetAction(
            (parsed, ct) =>
                WithAsync(
                    Connection.FromEnvironment(),
                    kept.Open(parsed),
                    async registrations =>
                    {
                        var all = await registrations.ListAsync(ct).ConfigureAwait(false);
                        if (parsed.GetValue(json))
                        {
                            Terminal.Json(new JObject { ["webhooks"] = new JArray(all.Select(w => w.ToJson())) });
                            return;
                        }

                        if (all.Count == 0)
                        {
                            Terminal.Say("The workspace has no reporting webhook.");
                            return;
                        }

                        var table = Terminal.Table("Id", "Name", "Address", "Events", "State");
                        foreach (var webhook in all)
                        {
                            var state = (webhook.Disabled ? "off" : "on") + (webhook.Managed ? ", made here" : "");
                            table.AddRow(
                                Terminal.Cell(webhook.Id),
                                Terminal.Cell(webhook.Name),
                                Terminal.Cell(Shown.Address(webhook.Url)),
                                new Text($"{webhook.Events.Count}"),
                                new Text(state)
                            );
                        }

                        Terminal.Out.Write(table);
                    }
                )
        );
        return command;
    }

    public static Command Remove()
    {
        var tool = TriggerOptions.Tool("remove-webhook");
        var options = ManifestOptions.For(tool.Input, new ManifestOption("url") { Required = false, Also = "Only one that was made here is removed." });
        var id = new Option<string?>("--id") { Description = "The webhook's number, even if it was made elsewhere.", HelpName = "n" };
        var kept = new KeptOptions();
        var command = new Command("remove", "Removes a reporting webhook.");
        options.AddTo(command);
        command.Options.Add(id);
        kept.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetResult(options["url"]) is null == result.GetResult(id) is null)
            {
                result.AddError("Name the webhook with --url or with --id.");
            }
        });
        command.SetAction(
            (parsed, ct) =>
                WithAsync(
                    Connection.FromEnvironment(),
                    kept.Open(parsed),
                    async registrations =>
                    {
                        var removed = parsed.GetValue(id);
                        if (removed is not null)
                        {
                            await registrations.DeleteAsync(removed, ct).ConfigureAwait(false);
                        }
                        else
                        {
                            removed = await registrations.RemoveAsync((string)options.Given(parsed)["url"]!, ct).ConfigureAwait(false);
                        }

                        var deed = removed is null
                            ? "No webhook was made here for this address, so none was removed. To remove one that somebody else made: --id."
                            : $"Reporting webhook {removed} is gone.";
                        Terminal.Print(deed, deed);
                    }
                )
        );
        return command;
    }

    private static async Task<int> WithAsync(Connection connection, ReceivedEvents events, Func<WebhookRegistrations, Task> work)
    {
        await using var opened = events;
        using var connector = new CustomerIoConnector(new CustomerIoConnectorOptions { Time = Terminal.Clock });
        await work(new WebhookRegistrations(connector, connection, events)).ConfigureAwait(false);
        return ExitCodes.Success;
    }

    private static string ByHand(WebhookSpec wish, bool all) =>
        $"""
            In Customer.io, go to Data & Integrations → Integrations → Reporting Webhooks
            and choose Add Reporting Webhook:
              Name              {wish.Name}
              Webhook Endpoint  {(Shown.Address(wish.Url) is var shown && shown == wish.Url ? shown : shown + " (whole, as you gave it)")}
              Events            {(all ? "all" : string.Join(", ", wish.Events.Select(e => WebhooksCommand.Trigger.Find(e)!.Title)))}
              Send Frequency    {(wish.FullResolution == true ? "every time they happen" : "the first time they happen")}
              Body Content      {(wish.WithContent == true ? "on" : "off")}
            Save and enable it, copy its signing key, and set that here:
              CUSTOMERIO_WEBHOOK_SIGNING_KEY=…
            """;
}
