namespace CustomerIo.Connector.Sandbox;

/// <summary>The kinds of identifier that a person can have.</summary>
internal enum IdKind
{
    Id,
    Email,
    CioId,
    Phone,
    AnonymousId,
}

/// <summary>One identifier of a person; e-mail addresses are equal whatever their case.</summary>
internal readonly record struct Identifier
{
    private const string CioPrefix = "cio_";

    public Identifier(IdKind kind, string value)
    {
        Kind = kind;
        Value = kind == IdKind.Email ? value.ToLowerInvariant() : value;
        Original = value;
    }

    public IdKind Kind { get; }

    public string Value { get; }

    /// <summary>The value as the caller wrote it.</summary>
    public string Original { get; }

    /// <summary>Guesses the kind from the shape, as Track v1 does with a path segment.</summary>
    public static Identifier FromPath(string segment) =>
        segment.StartsWith(CioPrefix, StringComparison.Ordinal) ? new(IdKind.CioId, segment[CioPrefix.Length..])
        : LooksLikeEmail(segment) ? new(IdKind.Email, segment)
        : new(IdKind.Id, segment);

    public bool Equals(Identifier other) => Kind == other.Kind && Value == other.Value;

    public override int GetHashCode() => HashCode.Combine(Kind, Value);

    public override string ToString() => Kind == IdKind.CioId ? CioPrefix + Value : Original;

    private static bool LooksLikeEmail(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        return at > 0 && at == text.LastIndexOf('@') && text.IndexOf('.', at) > at + 1 && text[^1] != '.' && !text.Any(char.IsWhiteSpace);
    }
}
