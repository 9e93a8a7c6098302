using System.CommandLine;
using CustomerIo.Connector.Cli.Shell;
using CustomerIo.Connector.Sandbox;

namespace CustomerIo.Connector.Cli.Commands;

/// <summary><c>connector sandbox</c>: the local Customer.io.</summary>
internal static class SandboxCommand
{
    public const int DefaultPort = 8025;

    public static Command Create()
    {
        var port = Shared.Port(DefaultPort);
        var file = new Option<string?>("--file")
        {
            Description = "Keeps people and events in this file, saved within ten seconds of a change; without it they end with the sandbox.",
            HelpName = "path",
        };
        var record = new Option<string?>("--record")
        {
            Description = "Adds each request that arrives to this file, one JSON object a line, as events compare reads them.",
            HelpName = "path",
        };
        var region = new Option<string>("--region")
        {
            Description = "The region it says it is in. Default us.",
            HelpName = "us|eu",
            DefaultValueFactory = _ => "us",
        };
        region.AcceptOnlyFromAmong("us", "eu");
        var redirect = new Option<Uri?>("--redirect-to")
        {
            Description = "Answers Track requests with a redirect to another sandbox, as Customer.io does for the other region.",
            HelpName = "url",
            CustomParser = Loopback,
        };
        var limits = new Option<bool>("--rate-limits") { Description = "Answers 429 beyond Customer.io's documented rates." };
        var speed = new Option<int>("--webhook-speed")
        {
            Description = "How many times faster than Customer.io it tries a failing webhook again. Default 3600: an hour is a second.",
            HelpName = "n",
            DefaultValueFactory = _ => 3600,
        };
        var command = new Command("sandbox", "Starts a local Customer.io on 127.0.0.1, with a page that shows what arrives.")
        {
            port,
            file,
            record,
            region,
            redirect,
            limits,
            speed,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                var options = new SandboxOptions
                {
                    Port = parsed.GetValue(port),
                    File = parsed.GetValue(file),
                    Record = parsed.GetValue(record),
                    Region = parsed.GetValue(region)!,
                    RedirectTo = parsed.GetValue(redirect),
                    RateLimits = parsed.GetValue(limits),
                    WebhookSpeed = parsed.GetValue(speed),
                };
                try
                {
                    await ServeAsync(options, ct).ConfigureAwait(false);
                }
                catch (SandboxException e)
                {
                    // It has ended all the same, and could not keep what it was to keep.
                    Terminal.Say("Stopped.");
                    throw Failure(e);
                }

                Terminal.Say("Stopped.");
                return ExitCodes.Success;
            }
        );
        return command;
    }

    private static async Task ServeAsync(SandboxOptions options, CancellationToken ct)
    {
        await using var sandbox = await StartAsync(options, ct).ConfigureAwait(false);
        Terminal.Print(Address(sandbox));
        PrintEnvironment(sandbox);
        Terminal.Say("The sandbox takes any keys. Open the address to see what arrives; Ctrl-C stops it.");
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static Uri? Loopback(System.CommandLine.Parsing.ArgumentResult result)
    {
        if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var uri) && uri.Scheme == "http" && uri.IsLoopback)
        {
            return uri;
        }

        result.AddError("--redirect-to must be the address of another sandbox, such as http://127.0.0.1:8026.");
        return null;
    }

    /// <summary>What to set so that every command talks to this sandbox.</summary>
    public static void PrintEnvironment(SandboxServer sandbox)
    {
        Terminal.Print($"CUSTOMERIO_BASE_URL={Address(sandbox)}");
        Terminal.Print("CUSTOMERIO_SITE_ID=sandbox");
        Terminal.Print("CUSTOMERIO_API_KEY=sandbox");
        Terminal.Print("CUSTOMERIO_APP_API_KEY=sandbox");
        Terminal.Print($"CUSTOMERIO_WEBHOOK_SIGNING_KEY={new SandboxOptions().WebhookSigningKey}");
    }

    /// <summary>A connection to a sandbox of this run; the environment's guards hold there too, so that they can be tried.</summary>
    public static Connection ConnectionTo(SandboxServer sandbox, Func<string, string?>? read = null, string named = "sandbox") =>
        Connection.FromEnvironment(name =>
            name switch
            {
                "CUSTOMERIO_NAME" => named,
                "CUSTOMERIO_SITE_ID" or "CUSTOMERIO_API_KEY" or "CUSTOMERIO_APP_API_KEY" or "CUSTOMERIO_PIPELINES_API_KEY" => "sandbox",
                "CUSTOMERIO_BASE_URL" => Address(sandbox),
                "CUSTOMERIO_WEBHOOK_SIGNING_KEY" => new SandboxOptions().WebhookSigningKey,
                "CUSTOMERIO_BLOCK_DESTRUCTIVE" or "CUSTOMERIO_RECIPIENT_GUARD" or "CUSTOMERIO_RATE_LIMIT" => (read ?? Environment.GetEnvironmentVariable)(name),
                _ => null,
            }
        );

    public static string Address(SandboxServer sandbox) => sandbox.Url.ToString().TrimEnd('/');

    public static async Task<SandboxServer> StartAsync(SandboxOptions options, CancellationToken ct)
    {
        try
        {
            return await SandboxServer.StartAsync(options, ct).ConfigureAwait(false);
        }
        catch (SandboxException e)
        {
            throw Failure(e);
        }
    }

    private static ConnectorException Failure(SandboxException e) =>
        new(e.InnerException is { } cause && FileFailure.IsFull(cause) ? FailureKind.Unavailable : FailureKind.Input, e.Message, inner: e);
}
