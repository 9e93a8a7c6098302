using System.CommandLine;
using System.Net;
using CustomerIo.Connector.Cli.Shell;
using CustomerIo.Connector.Hub.Listening;

namespace CustomerIo.Connector.Cli.Commands;

/// <summary>Where a hub, or a command that is one part of it, listens.</summary>
internal sealed class ListenOptions(int usual)
{
    /// <summary>Ports of their own, so that all can run on one machine; the sandbox has 8025.</summary>
    public const int ServePort = 8026,
        WebhooksPort = 8027,
        HubPort = 8028;

    private readonly Option<int> _port = Port(usual);
    private readonly Option<IPAddress> _host = Shared.Host();
    private readonly Option<string[]> _names = Shared.AllowHost();

    public void AddTo(Command command)
    {
        command.Options.Add(_port);
        command.Options.Add(_host);
        command.Options.Add(_names);
    }

    public HubOptions Read(ParseResult parsed) =>
        new() { Address = new IPEndPoint(parsed.GetValue(_host)!, parsed.GetValue(_port)), Names = parsed.GetValue(_names)! };

    /// <summary>Runs a hub until it is stopped.</summary>
    /// <param name="options">Where it listens.</param>
    /// <param name="server">The hub, not yet started.</param>
    /// <param name="started">Prints its address and what to set, once it listens; returns a sentence for people, null for none.</param>
    /// <param name="work">What runs meanwhile; without it the hub runs until <paramref name="ct"/>, or until a part of it fails.</param>
    /// <param name="ct">Ends it.</param>
    public static async Task RunAsync(HubOptions options, HubServer server, Func<string, string?> started, Func<Task>? work, CancellationToken ct)
    {
        await server.StartAsync(ct).ConfigureAwait(false);
        var words = started(server.Url);
        if (!IPAddress.IsLoopback(options.Address.Address))
        {
            Terminal.Say("Others can reach this, and it speaks plain http: what is sent, keys included, can be read on the way. Put a TLS proxy before it.");
        }

        if (words is not null)
        {
            Terminal.Say(words);
        }

        var ended = await Task.WhenAny(server.Ended, work?.Invoke() ?? Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ct)).ConfigureAwait(false);

        // What the hub counted goes with it.
        await (Terminal.Export?.FlushAsync() ?? Task.CompletedTask).ConfigureAwait(false);
        if (!ct.IsCancellationRequested || ended.IsFaulted)
        {
            await ended.ConfigureAwait(false);
        }
    }

    private static Option<int> Port(int usual)
    {
        var port = Shared.Port(usual);
        port.Description = $"Port to listen on; 0 picks a free one. Default {usual}.";
        return port;
    }
}
