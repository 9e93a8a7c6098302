using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Model;

/// <summary>What is known of one key.</summary>
public enum CredentialState
{
    /// <summary>Customer.io accepted it.</summary>
    Works,

    /// <summary>Customer.io refused it, or it belongs to another region.</summary>
    Refused,

    /// <summary>There is none.</summary>
    NotSet,

    /// <summary>It is set but could not be tested.</summary>
    Unknown,
}

/// <summary>One key and what is known of it.</summary>
/// <param name="Name"><c>track</c>, <c>app</c>, <c>pipelines</c> or <c>webhook</c>.</param>
/// <param name="State">What is known of it.</param>
/// <param name="Message">Why, in a person's words.</param>
public sealed record CredentialReport(string Name, CredentialState State, string Message);

/// <summary>What a test of a connection found.</summary>
/// <param name="Region">The workspace's region; <see cref="Region.Auto"/> when it could not be found.</param>
/// <param name="EnvironmentId">The workspace's number; null when it could not be found.</param>
/// <param name="Credentials">One report for each kind of key.</param>
public sealed record ConnectionReport(Region Region, long? EnvironmentId, IReadOnlyList<CredentialReport> Credentials)
{
    /// <summary>Whether a key works, and none that is set was refused or could not be tested. A signing key cannot be tested.</summary>
    public bool Passed =>
        Credentials.Any(c => c.State == CredentialState.Works)
        && !Credentials.Any(c => c.State == CredentialState.Refused || (c.State == CredentialState.Unknown && c.Name != "webhook"));

    /// <summary>The report as hosts show it: <c>{passed, region, environmentId, credentials:[{name, state, message}]}</c>.</summary>
    /// <returns>A new object.</returns>
    public JObject ToJson() =>
        new()
        {
            ["passed"] = Passed,
            ["region"] = Region == Region.Auto ? null : Names.Camel(Region.ToString()),
            ["environmentId"] = EnvironmentId,
            ["credentials"] = new JArray(
                Credentials.Select(c => new JObject
                {
                    ["name"] = c.Name,
                    ["state"] = Names.Camel(c.State.ToString()),
                    ["message"] = c.Message,
                })
            ),
        };
}
