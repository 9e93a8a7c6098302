using System.CommandLine;
using CustomerIo.Connector.Cli.Shell;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Translation;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Cli.Commands;

/// <summary>How events are translated: what every command that meets events takes.</summary>
internal sealed class EventOptions
{
    private static readonly string s_placeholders = Connection.EnvironmentName("allowPlaceholderIds");
    private static readonly ActionManifest s_action = Catalogue.Embedded.Find("send-event");
    private readonly ManifestOptions _options;
    private readonly Option<bool> _eu = new("--eu") { Description = "The account is in the EU data center." };

    /// <param name="withApi">Whether the events may go to either API.</param>
    public EventOptions(bool withApi = true)
    {
        _options = ManifestOptions.For(
            s_action.Input,
            [
                new("profile"),
                new("deviceEvent", Value: "name"),
                new("createdAtNow"),
                new("convertTimestamps"),
                new("reservedEvents"),
                new("emailOnEveryCall"),
                new("consents", Value: "name"),
                new("records"),
                new("recordSegment", Value: "number"),
                .. withApi ? [new ManifestOption("api")] : Array.Empty<ManifestOption>(),
            ]
        );
    }

    public void AddTo(Command command)
    {
        _options.AddTo(command);
        command.Options.Add(_eu);
    }

    public EventSettings Read(ParseResult parsed)
    {
        var values = s_action.Validate(_options.Given(parsed));
        var settings = EventSettings.Of(
            (string)values["profile"]!,
            (string?)values["deviceEvent"],
            (bool?)values["createdAtNow"],
            (bool?)values["convertTimestamps"],
            (bool?)values["reservedEvents"],
            (bool?)values["emailOnEveryCall"]
        ) with
        {
            AllowPlaceholderIds = Connection
                .FromEnvironment(name => name == s_placeholders ? Environment.GetEnvironmentVariable(name) : null)
                .AllowPlaceholderIds,
            Consents = [.. (values["consents"] as JArray ?? []).Select(c => (string)c!)],
            Records = (string?)values["records"],
            RecordSegment = (long?)values["recordSegment"],
        };
        return settings.To((string?)values["api"]);
    }

    public Region? Region(ParseResult parsed) => parsed.GetValue(_eu) ? Model.Region.Eu : null;
}
