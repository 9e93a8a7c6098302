using System.Text.RegularExpressions;
using CustomerIo.Connector.Api;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Advanced;

/// <summary>Sends any request to one API: its base plus the caller's path.</summary>
internal sealed partial class RawRequest : RequestAction<RawRequest.Input>
{
    internal sealed record Input(
        string Url,
        string Method,
        JToken? Data,
        JObject? FormData,
        JObject? FileData,
        JObject? FileDataFileNames,
        JObject? QueryParameters,
        JObject? Headers,
        string ResponseType,
        string Api
    );

    protected override ApiRequest Request(Input input, IRunContext run)
    {
        var problems = new List<Problem>();
        var path = input.Url.Split('?', 2)[0];
        RawParts.CheckPath(input.Url, problems);
        var headers = RawParts.Headers(input.Headers, problems);
        var body = RawBody.Of(input, headers, problems);
        var query = string.Join(
            '&',
            new[] { input.Url.Contains('?') ? input.Url[(input.Url.IndexOf('?') + 1)..] : "", RawParts.Query(input.QueryParameters, problems) }.Where(q =>
                q.Length > 0
            )
        );
        if (problems.Count > 0)
        {
            throw ConnectorException.Input(problems);
        }

        var (name, start) = input.Api switch
        {
            "app" => (ApiName.App, ""),
            "pipelines" => (ApiName.Pipelines, ""),
            _ => (ApiName.Track, "/api"),
        };
        return new ApiRequest(name, new HttpMethod(input.Method), start + path, body)
        {
            Query = query,
            Headers = headers,
            Repeat =
                input.Method is "GET" or "HEAD" or "PUT" or "DELETE" ? Repeat.Safe
                : Sends().IsMatch(Uri.UnescapeDataString(path)) ? Repeat.Unsafe
                : Repeat.WhenAsked,
            Form = input.ResponseType switch
            {
                "text" => ResponseForm.Text,
                "binary" => ResponseForm.Binary,
                _ => ResponseForm.Json,
            },
        };
    }

    protected override JToken Output(ApiResponse response, Input input) =>
        input.ResponseType switch
        {
            "text" => new JObject { ["text"] = response.Text },
            "binary" => new JObject { ["base64"] = Convert.ToBase64String(response.Body), ["contentType"] = response.ContentType },
            _ => response.Json,
        };

    [GeneratedRegex("/v1/send|/triggers", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Sends();
}
