using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>A local Customer.io on 127.0.0.1: the Track and App APIs, a control side and a live page.</summary>
public sealed class SandboxServer : IAsyncDisposable
{
    private readonly KestrelServer _kestrel;
    private readonly SandboxCore _core;
    private readonly StateFile? _file;
    private bool _disposed;

    private SandboxServer(KestrelServer kestrel, SandboxCore core, StateFile? file, Uri url) =>
        (this._kestrel, this._core, this._file, Url) = (kestrel, core, file, url);

    /// <summary>Where it listens, for example <c>http://127.0.0.1:8085/</c>.</summary>
    public Uri Url { get; }

    /// <summary>The recorded requests in order of arrival, at most the newest 10,000.</summary>
    public IReadOnlyList<RecordedRequest> Requests => _core.Recorder.Snapshot();

    /// <summary>How many requests arrived since the start or the last reset, also those no longer kept.</summary>
    public long RequestCount => _core.Recorder.Total;

    /// <summary>Starts a sandbox and returns once it listens.</summary>
    /// <exception cref="SandboxException">The port cannot be had, an option is wrong, the state file cannot be read, or the requests' written.</exception>
    public static async Task<SandboxServer> StartAsync(SandboxOptions options, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Port is < 0 or > 65535)
        {
            throw new SandboxException($"{options.Port} is not a port: use 1 to 65535, or 0 for any free one.");
        }
        if (options.Region is not ("us" or "eu"))
        {
            throw new SandboxException($"'{options.Region}' is not a region: use us or eu.");
        }
        if (options.HistoryDays is < 0 or > 90)
        {
            throw new SandboxException($"{options.HistoryDays} days are no history: use 0 to 90.");
        }
        if (options.WebhookSpeed < 1)
        {
            throw new SandboxException($"{options.WebhookSpeed} is not a speed of webhooks: use 1 for the vendor's own, or more.");
        }
        var core = new SandboxCore(options) { RequestFile = options.Record is { Length: > 0 } record ? new RequestFile(record) : null };
        var file = options.File is { Length: > 0 } path ? new StateFile(path, core.Workspace) : null;
        core.Plant();
        // Kestrel alone, without the host around it: no settings from the environment, no signal handlers, no log on stdout.
        var settings = new KestrelServerOptions { AddServerHeader = false };
        settings.Listen(IPAddress.Loopback, options.Port, listen => listen.Protocols = HttpProtocols.Http1);
        var transport = new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance);
        var kestrel = new KestrelServer(Options.Create(settings), transport, NullLoggerFactory.Instance);
        try
        {
            await kestrel.StartAsync(core, ct);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            kestrel.Dispose();
            core.RequestFile?.Dispose();
            if (file is not null)
            {
                await file.DisposeAsync();
            }
            var what = $"Port {options.Port} on 127.0.0.1 cannot be used ({Reason(e)})";
            throw new SandboxException($"{what}: stop what uses it, choose another port, or 0 for any free one.", e);
        }
        var address = kestrel.Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return new(kestrel, core, file, new(address));
    }

    /// <summary>Returns what <c>/_sandbox/people/{identifier}</c> answers; null when nobody has the identifier.</summary>
    public JObject? Person(string identifier)
    {
        lock (_core.Workspace.Gate)
        {
            _core.Workspace.CatchUp();
            return PersonView.Find(_core.Workspace, identifier) is { } person ? PersonView.Whole(_core.Workspace, person) : null;
        }
    }

    /// <summary>Forgets people, requests and faults, and puts the settings and the seed back.</summary>
    public void Reset() => _core.Reset();

    /// <summary>Stops listening, ends open connections and saves the state file.</summary>
    /// <exception cref="SandboxException">The state file could not be saved, or some requests not recorded.</exception>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }
        _disposed = true;
        await _core.Closing.CancelAsync();
        // Real time, also under a fake clock: a delay that was asked for must not keep the sandbox open.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await _kestrel.StopAsync(patience.Token);
        _kestrel.Dispose();
        await _core.Reporter.EndAsync();
        _core.Closing.Dispose();
        _core.RequestFile?.Dispose();
        var failure = _core.RequestFile?.Failure;
        try
        {
            if (_file is not null)
            {
                await _file.DisposeAsync();
            }
        }
        catch (SandboxException e) when (failure is not null)
        {
            throw new SandboxException($"{e.Message} {failure.Message}", e.InnerException);
        }
        if (failure is not null)
        {
            throw failure;
        }
    }

    private static string Reason(Exception e) =>
        e.GetBaseException() is SocketException { SocketErrorCode: var code }
            ? code switch
            {
                SocketError.AddressAlreadyInUse => "another program listens there",
                SocketError.AccessDenied => "this user may not listen there",
                _ => code.ToString(),
            }
            : e.Message;
}
