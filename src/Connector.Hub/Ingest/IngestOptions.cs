using CustomerIo.Connector.Translation;

namespace CustomerIo.Connector.Hub.Ingest;

/// <summary>Whom the ingest lets in, where it keeps events and how it delivers them.</summary>
internal sealed record IngestOptions : DeliveryOptions
{
    public const int DefaultQueue = 1_000_000;

    /// <summary>How many dead letters are kept, and how many bytes of them: beyond that the oldest go.</summary>
    public const int MaxDeadLetters = 100_000;

    /// <inheritdoc cref="MaxDeadLetters"/>
    public const long MaxDeadLetterBytes = 512 << 20;

    /// <summary>What SDKs must send as their write key.</summary>
    public required string WriteKey { get; init; }

    /// <summary>Origins of web pages that may send events; <c>*</c> for all. Default none.</summary>
    public IReadOnlyList<string> Cors { get; init; } = [];

    /// <summary>Whether events get the sender's address as <c>context.ip</c>. Default false.</summary>
    public bool ContextIp { get; init; }

    /// <summary>The SQLite file of the queue.</summary>
    public required string File { get; init; }

    /// <summary>The queue that several machines share, in place of the file; null for the file.</summary>
    public SharedQueue? Shared { get; init; }

    /// <summary>How many events may wait before further ones are answered 503.</summary>
    public int Queue { get; init; } = DefaultQueue;

    /// <summary>How many bytes of events may wait: 4 KiB for each that may.</summary>
    public long QueueBytes => 4096L * Queue;

    /// <summary>The profile and its settings.</summary>
    public required EventSettings Settings { get; init; }

    /// <summary>Names no key.</summary>
    public override string ToString() => $"IngestOptions {{ File = {File} }}";
}
