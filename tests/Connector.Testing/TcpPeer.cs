using System.Net;
using System.Net.Sockets;
using System.Text;

namespace CustomerIo.Connector.Testing;

/// <summary>A server on a real socket that does to each connection what the test says, and counts what arrives.</summary>
public sealed class TcpPeer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _lock = new();
    private readonly List<string> _requests = [];
    private readonly Signal _connected = new();
    private readonly Func<Peer, Task> _serve;
    private readonly Task _accepting;
    private int _connections;

    /// <param name="serve">Called for each connection; the connection closes when it ends.</param>
    public TcpPeer(Func<Peer, Task> serve)
    {
        _serve = serve;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Origin => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public Connection Connection =>
        new()
        {
            SiteId = "s",
            ApiKey = "k",
            BaseUrl = Origin,
        };

    /// <summary>The requests that arrived, head and body.</summary>
    public IReadOnlyList<string> Requests
    {
        get
        {
            lock (_lock)
            {
                return [.. _requests];
            }
        }
    }

    public Task WhenConnected(int count) => _connected.When(count);

    /// <summary>A port where nobody listens, and none that a system gives to whoever asks for any: it stays free until it is used.</summary>
    public static int DeadPort()
    {
        while (true)
        {
            var port = Random.Shared.Next(10_000, 32_000);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
            {
                // The next one, then.
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var open = new List<Task>();
        try
        {
            while (true)
            {
                open.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
                _connected.Raise(++_connections);
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(open);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await _serve(new Peer(this, client.GetStream(), _end.Token));
            }
            catch (Exception e)
                when (e is OperationCanceledException or IOException or SocketException or System.Security.Authentication.AuthenticationException)
            {
                // The other side has gone, or the test is over.
            }
        }
    }

    /// <summary>One connection.</summary>
    public sealed class Peer(TcpPeer owner, Stream stream, CancellationToken end)
    {
        public Stream Stream => stream;

        public CancellationToken End => end;

        /// <summary>Reads one request; null when the other side closes instead.</summary>
        public async Task<string?> ReadAsync()
        {
            var text = new StringBuilder();
            var one = new byte[1];
            while (!text.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
            {
                if (await stream.ReadAsync(one, end) == 0)
                {
                    return null;
                }

                text.Append((char)one[0]);
            }

            var length = text.ToString()
                .Split("\r\n")
                .Where(l => l.StartsWith("Content-Length: ", StringComparison.OrdinalIgnoreCase))
                .Select(l => int.Parse(l[16..]))
                .SingleOrDefault();
            var body = new byte[length];
            await stream.ReadExactlyAsync(body, end);
            text.Append(Encoding.UTF8.GetString(body));
            lock (owner._lock)
            {
                owner._requests.Add(text.ToString());
            }

            return text.ToString();
        }

        public Task WriteAsync(string text) => stream.WriteAsync(Encoding.UTF8.GetBytes(text), end).AsTask();
    }
}
