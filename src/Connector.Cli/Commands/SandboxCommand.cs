using System.CommandLine;
using CustomerIo.Connector.Cli.Shell;
using CustomerIo.Connector.Sandbox;

namespace CustomerIo.Connector.Cli.Commands;

/// <summary><c>connector sandbox</c>: the local Customer.io.</summary>
internal static class SandboxCommand
{
    public const int DefaultPort = 8025;

    private const string AnyKey = "sandbox";

    public static Command Create()
    {
        var port = Shared.Port(DefaultPort);
        var file = new Option<string?>("--file")
        {
            Description = "Keeps people and events in this file, saved within ten seconds of a change; without it they end with the sandbox.",
            HelpName = "path",
        };
        var seed = new Option<bool>("--seed")
        {
            Description = "Begins with people, segments, campaigns and messages of the last weeks; a file that has people stays as it is.",
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
        var keys = new Option<string?>("--keys")
        {
            Description = "Takes these keys alone, and answers 401 to others: Site ID, API key and, after further colons, App API key and Pipelines API key.",
            HelpName = "site:key[:app]",
        };
        keys.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && (token.Value.Split(':') is not { Length: >= 2 and <= 4 } parts || parts.Any(string.IsNullOrWhiteSpace)))
            {
                result.AddError(
                    "--keys must be a Site ID and an API key with a colon between them, such as site:key; others follow like site:key:app:pipelines."
                );
            }
        });
        var command = new Command("sandbox", "Starts a local Customer.io on 127.0.0.1, with a page that shows what arrives.")
        {
            port,
            file,
            seed,
            record,
            region,
            redirect,
            limits,
            speed,
            keys,
        }.WithExamples(
            "connector sandbox",
            "connector sandbox --seed",
            "connector sandbox --keys site:key --file sandbox.json",
            "connector run identify --set id=7 --sandbox"
        );
        command.SetAction(
            async (parsed, ct) =>
            {
                var options = new SandboxOptions
                {
                    Port = parsed.GetValue(port),
                    File = parsed.GetValue(file),
                    Seed = parsed.GetValue(seed),
                    Record = parsed.GetValue(record),
                    Region = parsed.GetValue(region)!,
                    RedirectTo = parsed.GetValue(redirect),
                    RateLimits = parsed.GetValue(limits),
                    WebhookSpeed = parsed.GetValue(speed),
                };
                if (parsed.GetValue(keys)?.Split(':') is [var site, var api, .. var others])
                {
                    options = options with
                    {
                        SiteId = site,
                        ApiKey = api,
                        AppApiKey = others.ElementAtOrDefault(0),
                        PipelinesApiKey = others.ElementAtOrDefault(1),
                    };
                }

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
        PrintEnvironment(sandbox, options);
        Terminal.Say($"The sandbox takes {(options.SiteId is null ? "any keys" : "these keys alone")}. Open the address to see what arrives; Ctrl-C stops it.");
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
    /// <remarks>On a terminal each line is as its shell takes it; into a pipe or a file it is a name and a value.</remarks>
    public static void PrintEnvironment(SandboxServer sandbox, SandboxOptions? options = null)
    {
        options ??= new SandboxOptions();
        foreach (
            var (name, value) in ((string, string)[])
                [
                    ("CUSTOMERIO_BASE_URL", Address(sandbox)),
                    ("CUSTOMERIO_SITE_ID", options.SiteId ?? AnyKey),
                    ("CUSTOMERIO_API_KEY", options.ApiKey ?? AnyKey),
                    ("CUSTOMERIO_APP_API_KEY", options.AppApiKey ?? AnyKey),
                    ("CUSTOMERIO_PIPELINES_API_KEY", options.PipelinesApiKey ?? AnyKey),
                    ("CUSTOMERIO_WEBHOOK_SIGNING_KEY", options.WebhookSigningKey),
                ]
        )
        {
            Terminal.Print(Terminal.OutWidth > 0 ? Assignment(Environment.GetEnvironmentVariable("SHELL"), name, value) : $"{name}={value}");
        }
    }

    /// <summary>Sets a variable in a person's shell, by its path; without one it is PowerShell.</summary>
    internal static string Assignment(string? shell, string name, string value) =>
        Path.GetFileName(shell) switch
        {
            null or "" or "pwsh" => $"$env:{name} = '{value.Replace("'", "''", StringComparison.Ordinal)}'",
            "fish" => $"set -gx {name} {Quoted(value)}",
            _ => $"export {name}={Quoted(value)}",
        };

    private static string Quoted(string value) =>
        value.All(c => char.IsAsciiLetterOrDigit(c) || c is ':' or '/' or '.' or '_' or '-')
            ? value
            : $"'{value.Replace("'", "'\\''", StringComparison.Ordinal)}'";

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
