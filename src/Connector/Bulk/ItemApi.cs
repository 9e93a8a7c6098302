using CustomerIo.Connector.Api;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Bulk;

/// <summary>What one operation of a batch may ask for: its own event id, the clock, warnings. It sends nothing itself.</summary>
internal sealed class ItemApi(Func<DateTimeOffset> now, Func<long, string> eventIdOf, bool allowsPlaceholderIds) : IApi
{
    private List<string>? _warnings;

    /// <summary>The operation's place in the batch; setting it forgets the last one's id and warnings.</summary>
    public long Index
    {
        get;
        set
        {
            (field, UsedEventId, _warnings) = (value, null, null);
            WasTrimmed = false;
        }
    }

    /// <summary>The event id, if the operation has one.</summary>
    public string? UsedEventId { get; private set; }

    public string EventId => UsedEventId ??= eventIdOf(Index);

    public IReadOnlyList<string> Warnings => _warnings ?? (IReadOnlyList<string>)[];

    public DateTimeOffset Now => now();

    public bool IsDryRun => false;

    public Task DelayAsync(TimeSpan delay, CancellationToken ct) => throw new NotSupportedException();

    public int MaxRetries => 0;

    public Task BackOffAsync(int n, TimeSpan? retryAfter, CancellationToken ct) => throw new NotSupportedException();

    public Task<Download> DownloadAsync(string address, DownloadTarget to, CancellationToken ct) => throw new NotSupportedException();

    public Action<JToken>? Emit => null;

    public Catalogue Catalogue => throw new NotSupportedException();

    public string EventIdFor(int index) => throw new NotSupportedException();

    public bool CanAsk(ApiName api) => false;

    public void UseEventId(string eventId) => UsedEventId = eventId;

    /// <summary>Whether something was taken off the ends of a name.</summary>
    public bool WasTrimmed { get; private set; }

    public void Trimmed(string input)
    {
        WasTrimmed = true;
        Warn($"/{input}: {Gate.EndsTaken}");
    }

    public bool AllowsPlaceholderIds => allowsPlaceholderIds;

    public void Warn(string text)
    {
        if (!(_warnings ??= []).Contains(text))
        {
            _warnings.Add(text);
        }
    }

    public void Progress(int done, int total) { }

    public Task<ApiResponse> SendAsync(ApiRequest request, CancellationToken ct) => throw new NotSupportedException();
}
