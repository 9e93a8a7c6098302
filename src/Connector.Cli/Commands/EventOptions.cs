using System.CommandLine;
using CustomerIo.Connector.Translation;

namespace CustomerIo.Connector.Cli.Commands;

/// <summary>How events are translated: what every command that meets events takes.</summary>
internal sealed class EventOptions
{
    private static readonly string s_placeholders = Connection.EnvironmentName("allowPlaceholderIds");
    private readonly Option<string> _profile = new("--profile")
    {
        Description = "Whose rules apply. Default connector.",
        HelpName = "connector|segment|rudderstack",
        DefaultValueFactory = _ => Profile.Connector.Name,
    };
    private readonly Option<bool> _eu = new("--eu") { Description = "The account is in the EU data center." };
    private readonly Option<string?> _deviceEvent = new("--device-event")
    {
        Description = "Name of a further event that registers the device it carries.",
        HelpName = "name",
    };
    private readonly Option<bool?> _createdAtNow = new("--created-at-now")
    {
        Description = "Gives an identify without a creation time the current one. Default true in rudderstack, else false.",
        HelpName = "true|false",
    };
    private readonly Option<bool?> _convert = new("--convert-timestamps")
    {
        Description = "Turns ISO 8601 dates among traits and properties into Unix seconds. Default true in segment, else false.",
        HelpName = "true|false",
    };
    private readonly Option<bool?> _reserved = new("--reserved-events")
    {
        Description = "Lets events such as User Deleted do what they say, not be recorded. Default true in segment, else false.",
        HelpName = "true|false",
    };

    public EventOptions()
    {
        _profile.AcceptOnlyFromAmong([.. Profile.All.Select(p => p.Name)]);
    }

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_profile, _eu, _deviceEvent, _createdAtNow, _convert, _reserved])
        {
            command.Add(option);
        }
    }

    public EventSettings Read(ParseResult parsed) =>
        EventSettings.Of(
            parsed.GetValue(_profile)!,
            parsed.GetValue(_deviceEvent),
            parsed.GetValue(_createdAtNow),
            parsed.GetValue(_convert),
            parsed.GetValue(_reserved)
        ) with
        {
            AllowPlaceholderIds = Connection
                .FromEnvironment(name => name == s_placeholders ? Environment.GetEnvironmentVariable(name) : null)
                .AllowPlaceholderIds,
        };

    public Region? Region(ParseResult parsed) => parsed.GetValue(_eu) ? Model.Region.Eu : null;
}
