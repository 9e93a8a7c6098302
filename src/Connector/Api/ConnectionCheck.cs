using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Api;

/// <summary>Tests each key of a connection on its own, on both regions' hosts where needed.</summary>
internal sealed class ConnectionCheck(ApiClient client, Workspace workspace)
{
    private static readonly RetryPolicy s_resilience = RetryPolicy.Default with { MaxRetryCount = 1 };
    private readonly Connection _connection = workspace.Connection;
    private Region _region = Region.Auto;
    private long? _environment;

    public async Task<ConnectionReport> RunAsync(CancellationToken ct)
    {
        var track = await TrackAsync(ct).ConfigureAwait(false);
        var app = await AppAsync(ct).ConfigureAwait(false);
        var pipelines = await PipelinesAsync(ct).ConfigureAwait(false);
        return new ConnectionReport(_region, _environment, [track, app, pipelines, Webhook()]);
    }

    private async Task<CredentialReport> TrackAsync(CancellationToken ct)
    {
        CredentialReport Report(CredentialState state, string message) => new("track", state, message);

        if (_connection.SiteId is null && _connection.ApiKey is null)
        {
            return Report(CredentialState.NotSet, "No Site ID and API key are set; actions that send people and events need them.");
        }

        if (_connection.SiteId is null || _connection.ApiKey is null)
        {
            return Report(
                CredentialState.Refused,
                _connection.SiteId is null
                    ? "The API key is set but the Site ID is not; they work as a pair."
                    : "The Site ID is set but the API key is not; they work as a pair."
            );
        }

        var request = ApiRequest.Get(ApiName.Track, "/api/v1/accounts/region");
        var first = _connection.Region == Region.Eu ? Region.Eu : Region.Us;
        var attempt = await SendAsync(workspace, request, first, ct).ConfigureAwait(false);
        if (!attempt.Succeeded && attempt.Response is { Status: 401 or (>= 300 and < 400) } && !workspace.HasBaseUrl)
        {
            attempt = await SendAsync(workspace, request, first == Region.Eu ? Region.Us : Region.Eu, ct).ConfigureAwait(false);
        }

        if (attempt.Succeeded)
        {
            _region = Hosts.RegionIn(attempt.Response!);
            if (_region == Region.Auto)
            {
                return Report(CredentialState.Unknown, "The answer did not come from Customer.io. Check the base URL.");
            }

            _environment = attempt.Response!.Json["environment_id"] is JValue { Value: long id } ? id : null;
            workspace.State.Region = _region;
            var there = $"the workspace{(_environment is { } number ? $" {number}" : "")} is in the {_region.ToString().ToUpperInvariant()}";
            return _connection.Region != Region.Auto && _connection.Region != _region && !workspace.HasBaseUrl
                ? Report(
                    CredentialState.Refused,
                    $"The Site ID and API key are valid, but {there} and the region is set to "
                        + $"{Lower(_connection.Region)}. Set it to {Lower(_region)}, or to auto."
                )
                : Report(CredentialState.Works, $"The Site ID and API key work; {there}.");
        }

        return Status(attempt) == 401
            ? Report(CredentialState.Refused, await WhyRefusedAsync(request, first, ct).ConfigureAwait(false))
            : Failed("track", request, attempt);
    }

    private async Task<string> WhyRefusedAsync(ApiRequest request, Region region, CancellationToken ct)
    {
        if (_connection.SiteId == _connection.ApiKey)
        {
            return "Refused: the same value stands in both fields. This looks like a Site ID in the API key field; the API key is the second value of "
                + "the pair.";
        }

        var swapped = new Workspace(
            new Connection
            {
                SiteId = _connection.ApiKey,
                ApiKey = _connection.SiteId,
                BaseUrl = _connection.BaseUrl,
                TotalTimeout = _connection.TotalTimeout,
            },
            new WorkspaceState()
        );
        if ((await SendAsync(swapped, request, region, ct).ConfigureAwait(false)).Succeeded)
        {
            return "Refused: this looks like a Site ID in the API key field, and the other way round. Swap the two values.";
        }

        if (Keys.WrongKind(ApiName.Track, _connection) is { } wrongKind)
        {
            return "Refused. " + wrongKind;
        }

        return _connection.ApiKey!.Length switch
        {
            20 or 64 => "Refused: Customer.io does not know this Site ID and API key as a pair. Copy both again from Track API Keys in Customer.io's settings.",
            var length => $"Refused: the API key has {length} characters, while Track keys have 20 or 64. Copy it again from Track API Keys in "
                + "Customer.io's settings.",
        };
    }

    private async Task<CredentialReport> AppAsync(CancellationToken ct)
    {
        if (_connection.AppApiKey is null)
        {
            return new CredentialReport("app", CredentialState.NotSet, "No App API key is set; only actions that look up or send messages need it.");
        }

        var request = ApiRequest.Get(ApiName.App, "/v1/workspaces");
        var first =
            _region != Region.Auto ? _region
            : _connection.Region == Region.Eu ? Region.Eu
            : Region.Us;
        var attempt = await SendAsync(workspace, request, first, ct).ConfigureAwait(false);
        var other = first == Region.Eu ? Region.Us : Region.Eu;
        if (
            attempt.Response?.Status == 401
            && !workspace.HasBaseUrl
            && await SendAsync(workspace, request, other, ct).ConfigureAwait(false) is { Succeeded: true }
        )
        {
            if (_region == Region.Auto && _connection.Region == Region.Auto)
            {
                _region = other;
                return new CredentialReport(
                    "app",
                    CredentialState.Works,
                    $"The App API key works; the workspace is in the {other.ToString().ToUpperInvariant()}."
                );
            }

            return new CredentialReport(
                "app",
                CredentialState.Refused,
                $"The App API key is valid, but in the {other.ToString().ToUpperInvariant()}, "
                    + $"not in the {first.ToString().ToUpperInvariant()}. "
                    + "It may belong to another workspace than the Site ID."
            );
        }

        return Status(attempt) switch
        {
            >= 200 and < 300 => new CredentialReport("app", CredentialState.Works, "The App API key works."),
            403 => new CredentialReport("app", CredentialState.Works, "The App API key is valid; its permissions are limited, so some actions may be refused."),
            401 => new CredentialReport(
                "app",
                CredentialState.Refused,
                "Refused. "
                    + (
                        Keys.WrongKind(ApiName.App, _connection)
                        ?? "Customer.io does not know this App API key. Create one under App API Keys in Customer.io's settings."
                    )
            ),
            _ => Failed("app", request, attempt),
        };
    }

    private async Task<CredentialReport> PipelinesAsync(CancellationToken ct)
    {
        if (_connection.PipelinesApiKey is null)
        {
            return new CredentialReport("pipelines", CredentialState.NotSet, "No Pipelines API key is set; only what is sent to the Pipelines API needs it.");
        }

        // Pipelines answers 200 to any key unless it is asked to be strict; an empty batch changes nothing.
        var request = ApiRequest.Post(ApiName.Pipelines, "/v1/batch", new JObject { ["batch"] = new JArray() }) with
        {
            Headers = ApiRequest.StrictMode,
        };
        var region =
            _region != Region.Auto ? _region
            : _connection.Region == Region.Eu ? Region.Eu
            : Region.Us;
        var attempt = await SendAsync(workspace, request, region, ct).ConfigureAwait(false);
        return Status(attempt) switch
        {
            >= 200 and < 300 or 400 => new CredentialReport("pipelines", CredentialState.Works, "The Pipelines API key works."),
            401 => new CredentialReport(
                "pipelines",
                CredentialState.Refused,
                "Refused: Customer.io does not know this Pipelines API key. Copy it from the source under Pipelines."
            ),
            _ => Failed("pipelines", request, attempt),
        };
    }

    private CredentialReport Webhook() =>
        _connection.WebhookSigningKey is null
            ? new CredentialReport("webhook", CredentialState.NotSet, "No signing key is set; only receiving reporting webhooks needs it.")
            : new CredentialReport("webhook", CredentialState.Unknown, "The signing key is set; it is tested by the first webhook that arrives.");

    // What a web page of a proxy says tells nothing of a key.
    private static int? Status(Attempt attempt) =>
        attempt.Response is { IsPage: false } response && !Failures.IsForeign(response) && !(attempt.Succeeded && response.TryJson() is null)
            ? response.Status
            : null;

    private CredentialReport Failed(string name, ApiRequest request, Attempt attempt) =>
        new(name, CredentialState.Unknown, "Not tested. " + Failures.Describe(attempt, request, workspace, true, 1, s_resilience.Timeout).Message);

    private Task<Attempt> SendAsync(Workspace target, ApiRequest request, Region region, CancellationToken ct)
    {
        var call = new ApiCall(request, new Uri(target.Origin(request.Api, region) + request.Path), target, s_resilience) { Repeatable = true };
        return client.SendAsync(call.Watched(null, client.Time), ct);
    }

    private static string Lower(Region region) => Values.Names.Camel(region.ToString());
}
