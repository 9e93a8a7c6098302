using System.CommandLine;
using CustomerIo.Connector.Cli.Shell;
using CustomerIo.Connector.Hub.Listening;
using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Cli.Commands;

/// <summary><c>connector hub health</c>: asks a server of ours how it is, for what knows exit codes only, such as the health check of a container.</summary>
internal static class HubHealthCommand
{
    public static Command Create()
    {
        var url = new Argument<Uri>("url")
        {
            Description = "Where it listens.",
            DefaultValueFactory = _ => new Uri($"http://127.0.0.1:{ListenOptions.HubPort}"),
            CustomParser = result =>
            {
                if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var given) && given.Scheme is "http" or "https")
                {
                    return given;
                }

                result.AddError("The address must be one such as http://127.0.0.1:8028.");
                return null;
            },
        };
        var command = new Command("health", "Asks a running hub, serve or webhooks serve how it is, and ends with 0 when it answers.") { url }.WithExamples(
            "connector hub health",
            "connector hub health http://127.0.0.1:8026"
        );
        command.SetAction(
            async (parsed, ct) =>
            {
                Terminal.Print(await AskAsync(parsed.GetValue(url)!, ct).ConfigureAwait(false));
                return ExitCodes.Success;
            }
        );
        return command;
    }

    private static async Task<string> AskAsync(Uri url, CancellationToken ct)
    {
        var address = Shown.Address(url.ToString()).TrimEnd('/');

        // A proxy of the environment is for the way to Customer.io.
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { Timeout = HubServer.Patience };
        try
        {
            using var answer = await client.GetAsync(new Uri(url, "/health"), ct).ConfigureAwait(false);
            var text = await answer.Content.ReadAsStringAsync(ct).ConfigureAwait(false);
            if (answer.IsSuccessStatusCode)
            {
                return text;
            }

            var why = Shown.Escape(text.Length > 200 ? text[..200] : text);
            throw new ConnectorException(
                FailureKind.Unavailable,
                $"{address} answers {(int)answer.StatusCode}, so it is not well, or no server of ours: {why}"
            );
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !ct.IsCancellationRequested)
        {
            var reason = e is HttpRequestException ? e.GetBaseException().Message : $"no answer within {HubServer.Patience.TotalSeconds:0} seconds";
            throw new ConnectorException(FailureKind.Unavailable, $"Nothing answers at {address}: {reason}", inner: e);
        }
    }
}
