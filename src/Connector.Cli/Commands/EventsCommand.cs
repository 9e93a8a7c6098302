using System.CommandLine;
using CustomerIo.Connector.Cli.Each;
using CustomerIo.Connector.Events;

namespace CustomerIo.Connector.Cli.Commands;

/// <summary><c>connector events</c>: events of the Segment and RudderStack format, shown as requests or sent.</summary>
internal static class EventsCommand
{
    public static Command Create() => new("events", "Translates or sends events of the Segment and RudderStack format.") { Translate(), Send() };

    private static Command Translate()
    {
        var settings = new Settings();
        var output = new Option<string?>("--out") { Description = "Writes the results to this file; without it to stdout.", HelpName = "file" };
        var command = new Command("translate", "Shows the requests that events become, one line for each; sends nothing.") { output };
        settings.AddTo(command);
        command.SetAction(async (parsed, ct) =>
        {
            await using var stream = parsed.GetValue(output) is { } file ? Created(file) : Console.OpenStandardOutput();
            return await new EventsTranslate(settings.Read(parsed), settings.Region(parsed) ?? Region.Us, stream).RunAsync(settings.File(parsed), ct).ConfigureAwait(false);
        });
        return command;
    }

    private static Command Send()
    {
        var settings = new Settings();
        var concurrency = new Option<int>("--concurrency") { Description = "How many people's events are on their way at once, 1 to 256. Default 16.", HelpName = "n", DefaultValueFactory = _ => 16 };
        Shared.Between(concurrency, 1, 256);
        var sandbox = new Option<bool>("--sandbox") { Description = "Sends to a sandbox made for this run." };
        var command = new Command("send", "Sends events; one result for each, in order.") { concurrency, sandbox };
        settings.AddTo(command);
        command.SetAction(async (parsed, ct) =>
        {
            await using var local = parsed.GetValue(sandbox) ? await SandboxCommand.StartAsync(new Sandbox.SandboxOptions(), ct).ConfigureAwait(false) : null;
            var connection = local is null ? Connection.FromEnvironment() : new Connection { Name = "sandbox", SiteId = "sandbox", ApiKey = "sandbox", BaseUrl = SandboxCommand.Address(local) };
            using var connector = new CustomerIoConnector(new CustomerIoConnectorOptions { Logger = Terminal.Logger });
            var exit = await new EventsSend(connector, connection, settings.Read(parsed), settings.Region(parsed), parsed.GetValue(concurrency)).RunAsync(settings.File(parsed), ct).ConfigureAwait(false);
            if (local is not null)
            {
                Terminal.Say($"The sandbox recorded {local.RequestCount} requests.");
            }

            return exit;
        });
        return command;
    }

    private static FileStream Created(string file)
    {
        try
        {
            return new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.Read);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConnectorException(FailureKind.Input, $"{file} cannot be written: {e.Message}");
        }
    }

    /// <summary>What both commands take.</summary>
    private sealed class Settings
    {
        private readonly Option<string> _profile = new("--profile") { Description = "Whose rules apply. Default connector.", HelpName = "connector|segment|rudderstack", DefaultValueFactory = _ => Profile.Connector.Name };
        private readonly Option<string> _in = new("--in") { Description = "A JSON Lines file, one event a line, or - for stdin.", HelpName = "file|-", Required = true };
        private readonly Option<bool> _eu = new("--eu") { Description = "The account is in the EU data center." };
        private readonly Option<string?> _deviceEvent = new("--device-event") { Description = "Name of a further event that registers the device it carries.", HelpName = "name" };
        private readonly Option<bool?> _createdAtNow = new("--created-at-now") { Description = "Gives an identify without a creation time the current one. Default true in rudderstack, else false.", HelpName = "true|false" };
        private readonly Option<bool?> _convert = new("--convert-timestamps") { Description = "Turns ISO 8601 dates among traits and properties into Unix seconds. Default true in segment, else false.", HelpName = "true|false" };

        public Settings()
        {
            _profile.AcceptOnlyFromAmong([.. Profile.All.Select(p => p.Name)]);
        }

        public void AddTo(Command command)
        {
            foreach (var option in (Option[])[_profile, _in, _eu, _deviceEvent, _createdAtNow, _convert])
            {
                command.Add(option);
            }
        }

        public EventSettings Read(ParseResult parsed) =>
            EventSettings.Of(parsed.GetValue(_profile)!, parsed.GetValue(_deviceEvent), parsed.GetValue(_createdAtNow), parsed.GetValue(_convert));

        public Region? Region(ParseResult parsed) => parsed.GetValue(_eu) ? Connector.Region.Eu : null;

        public string File(ParseResult parsed) => parsed.GetValue(_in)!;
    }
}
