using System.Text;
using CustomerIo.Connector.Api;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Exports;

/// <summary>Tells how far an export is: <c>GET /v1/exports/{id}</c>; once it is done, gives its file's address or the file itself.</summary>
internal sealed class GetExport : ConnectorAction<GetExport.Input>
{
    internal sealed record Input(string Export, bool Link, string Download, string? File, int MaxMegabytes);

    public override async Task<JToken> RunAsync(Input input, IApi api, CancellationToken ct)
    {
        var wanted = input.Download != "none";
        if ((input.Download == "file") != (input.File is not null))
        {
            throw ConnectorException.Input("/file", "must be given with Download to a file, and only then.");
        }

        var output = Answers.Object(await api.SendAsync(ApiRequest.Get(ApiName.App, $"/v1/exports/{input.Export:export}"), ct).ConfigureAwait(false));
        var done = output["export"] is JObject export && (string?)(export["status"] as JValue) == "done";
        if (wanted && !done && !api.IsDryRun)
        {
            api.Warn("The export is not done yet, so there is no file to download. Run this again in a moment.");
        }

        if (!(input.Link || wanted) || !done)
        {
            return output;
        }

        var answer = Answers.Object(await api.SendAsync(ApiRequest.Get(ApiName.App, $"/v1/exports/{input.Export:export}/download"), ct).ConfigureAwait(false));
        var address = (string?)((answer["url"] ?? answer["link"]) as JValue);
        if (input.Link)
        {
            output["url"] = address;
        }

        if (wanted)
        {
            var download = await api.DownloadAsync(
                    address ?? "",
                    new DownloadTarget(input.File, input.File is null ? Downloads.MaxInline : (long)input.MaxMegabytes << 20),
                    ct
                )
                .ConfigureAwait(false);
            output["bytes"] = download.Bytes;
            output[download.Content is null ? "file" : "text"] = download.Content is null
                ? Path.GetFullPath(input.File!)
                : Encoding.UTF8.GetString(download.Content);
        }

        return output;
    }
}
