using System.Net;
using System.Net.Http.Headers;
using System.Text;
using CustomerIo.Connector.Api;

namespace CustomerIo.Connector.Tests.Kit;

/// <summary>The wire, scripted: answers in turn, records every request whole. More requests than answers fail the test.</summary>
internal sealed class Wire : HttpMessageHandler
{
    private readonly Lock _lock = new();
    private readonly Queue<Answer> _answers;
    private readonly List<WireRequest> _requests = [];
    private readonly Signal _arrived = new();
    private readonly Func<WireRequest, Answer>? _always;

    public Wire(params Answer[] answers)
    {
        _answers = new Queue<Answer>(answers);
    }

    private Wire(Func<WireRequest, Answer> always)
        : this()
    {
        _always = always;
    }

    /// <summary>Answers every request as the function says.</summary>
    public static Wire Always(Func<WireRequest, Answer> answer) => new(answer);

    /// <summary>Answers every request with 200 and nothing but what its endpoint promises.</summary>
    public static Wire Ok() => new(_ => Answer.Ok());

    public IReadOnlyList<WireRequest> Requests
    {
        get
        {
            lock (_lock)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>Ends when so many requests have come.</summary>
    public Task WhenRequested(int count) => _arrived.When(count);

    public WireRequest Only => Requests.Single();

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var scripted = _always is null ? Next() : null;

        // A connection that fails before the body is asked for leaves nothing sent, so the body is read only when it is to arrive.
        var recorded = await WireRequest.ReadAsync(request, scripted?.Arrives != false).ConfigureAwait(false);
        lock (_lock)
        {
            _requests.Add(recorded);
            _arrived.Raise(_requests.Count);
        }

        var response = await (scripted ?? _always!(recorded)).GiveAsync(cancellationToken).ConfigureAwait(false);
        if (response.Content is BareContent)
        {
            response.Content = new StringContent(recorded.Kept(), Encoding.UTF8, ApiBody.JsonType);
        }

        return response;
    }

    private Answer Next()
    {
        lock (_lock)
        {
            return _answers.TryDequeue(out var answer) ? answer : throw new InvalidOperationException($"Request {_requests.Count + 1} has no scripted answer.");
        }
    }
}

/// <summary>One request as it left: method, URL, headers in alphabetical order, body.</summary>
internal sealed record WireRequest(string Method, string Url, IReadOnlyList<KeyValuePair<string, string>> Headers, byte[] Body)
{
    public string BodyText => Encoding.UTF8.GetString(Body);

    public string? Header(string name) => Headers.Where(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(h => h.Value).SingleOrDefault();

    /// <summary>An object with nothing but what the endpoint promises of a success, and what is given besides.</summary>
    public string Kept(string member = "")
    {
        var api = Header("Authorization")?.StartsWith("Bearer", StringComparison.Ordinal) == true ? ApiName.App : ApiName.Track;
        var promise = Promise.Of(new ApiRequest(api, new HttpMethod(Method), new Uri(Url).AbsolutePath, ApiBody.None));
        var value =
            promise?.IsList == true ? "[]"
            : promise?.Keys is ["customer"] ? """{"identifiers":{"cio_id":"a3000001"}}"""
            : "{}";
        var key = promise is { Keys: [var first, ..] } ? $"\"{first}\":{value}" : "";
        return $"{{{key}{(key.Length > 0 && member.Length > 0 ? "," : "")}{member}}}\n";
    }

    /// <summary>The whole request; the product's version is left out so that a release does not change it.</summary>
    public string Text =>
        string.Join(
            '\n',
            [$"{Method} {Url}", .. Headers.Where(h => h.Key is not ("User-Agent" or "Accept-Encoding")).Select(h => $"{h.Key}: {h.Value}"), "", BodyText]
        );

    public static async Task<WireRequest> ReadAsync(HttpRequestMessage request, bool withBody)
    {
        var body = withBody && request.Content is not null ? await request.Content.ReadAsByteArrayAsync().ConfigureAwait(false) : [];
        IEnumerable<KeyValuePair<string, HeaderStringValues>> all = request.Headers.NonValidated;
        var headers = all.Concat(request.Content?.Headers.NonValidated ?? default)
            .Where(h => !h.Key.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
            .Select(h => KeyValuePair.Create(h.Key, h.Value.ToString()))
            .OrderBy(h => h.Key, StringComparer.Ordinal);
        return new WireRequest(request.Method.Method, request.RequestUri!.AbsoluteUri, [.. headers], body);
    }
}

/// <summary>The success that says least, as Track gives it.</summary>
internal sealed class BareContent() : StringContent("{}\n", Encoding.UTF8, ApiBody.JsonType);

/// <summary>What one request meets.</summary>
public sealed class Answer
{
    private readonly Func<CancellationToken, Task<HttpResponseMessage>> _give;

    private Answer(Func<CancellationToken, Task<HttpResponseMessage>> give, bool arrives = true)
    {
        _give = give;
        Arrives = arrives;
    }

    /// <summary>Whether the request's body is taken off the connector's hands.</summary>
    public bool Arrives { get; }

    public Task<HttpResponseMessage> GiveAsync(CancellationToken ct) => _give(ct);

    /// <summary>An empty object, or nothing but what the App API's endpoint promises.</summary>
    public static Answer Ok() => new(_ => Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new BareContent() }));

    public static Answer Ok(string body) => Status(200, body);

    public static Answer Status(int status, string body = "", string? contentType = "application/json", params (string Name, string Value)[] headers) =>
        Bytes(status, Encoding.UTF8.GetBytes(body), contentType, headers);

    public static Answer Bytes(int status, byte[] body, string? contentType, params (string Name, string Value)[] headers) =>
        new(_ =>
        {
            var response = new HttpResponseMessage((HttpStatusCode)status) { Content = new ByteArrayContent(body) };
            response.Content.Headers.ContentType = contentType is null ? null : MediaTypeHeaderValue.Parse(contentType);
            foreach (var (name, value) in headers)
            {
                if (!response.Headers.TryAddWithoutValidation(name, value))
                {
                    response.Content.Headers.TryAddWithoutValidation(name, value);
                }
            }

            return Task.FromResult(response);
        });

    /// <summary>Fails before anything has left.</summary>
    public static Answer NotSent(HttpRequestError error, Exception? inner = null) =>
        new(_ => throw new HttpRequestException(error, $"scripted {error}", inner), arrives: false);

    /// <summary>Breaks after the request has left.</summary>
    public static Answer Broken(HttpRequestError error = HttpRequestError.ResponseEnded) =>
        new(_ => throw new HttpRequestException(error, $"scripted {error}"));

    public static Answer Throws(Exception exception) => new(_ => throw exception);

    /// <summary>Takes the request and never answers, until the connector gives up.</summary>
    public static Answer Hang() => new(ct => HangAsync(ct));

    /// <summary>Never even takes the request.</summary>
    public static Answer HangBeforeSending() => new(ct => HangAsync(ct), arrives: false);

    /// <summary>Sends the head of an answer, then no body.</summary>
    public static Answer HangInBody() =>
        new(_ => Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(new MuteStream()) }));

    /// <summary>Waits for something, then answers.</summary>
    public Answer When(Task ready) =>
        new(
            async ct =>
            {
                await ready.WaitAsync(ct).ConfigureAwait(false);
                return await _give(ct).ConfigureAwait(false);
            },
            Arrives
        );

    /// <summary>Does something, then answers.</summary>
    public Answer After(Action action) =>
        new(
            ct =>
            {
                action();
                return _give(ct);
            },
            Arrives
        );

    private static async Task<HttpResponseMessage> HangAsync(CancellationToken ct)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, ct).ConfigureAwait(false);
        throw new InvalidOperationException();
    }

    private sealed class MuteStream : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() { }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(false);
            return 0;
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
