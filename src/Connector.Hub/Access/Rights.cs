using CustomerIo.Connector.Manifest;

namespace CustomerIo.Connector.Hub.Access;

/// <summary>What a caller may do.</summary>
/// <param name="Name">Who it is, as the log names it.</param>
/// <param name="Groups">Categories whose actions may be run; null for all.</param>
/// <param name="IsReadOnly">Whether only actions that change nothing may be run.</param>
internal sealed record Rights(string Name, IReadOnlyList<string>? Groups, bool IsReadOnly)
{
    /// <summary>Those of everybody on this machine, while there is no key.</summary>
    public static Rights All { get; } = new("-", null, false);

    /// <summary>The key that it came with; null for none.</summary>
    public string? KeyId { get; init; }

    /// <summary>The connection that the key is bound to; null for none.</summary>
    public string? ConnectionId { get; init; }

    /// <summary>Scopes of the token that it came with; null for a caller without one.</summary>
    public IReadOnlySet<string>? Scopes { get; init; }

    /// <summary>Whether an action may be run.</summary>
    public bool Allow(ActionManifest action) =>
        (!IsReadOnly || action.IsReadOnly) && (Groups is null || Groups.Contains(action.Category, StringComparer.OrdinalIgnoreCase)) && AllowByScopes(action);

    /// <summary>Whether its token, where it has one, has what an action wants.</summary>
    public bool AllowByScopes(ActionManifest action) => Scopes is null || Scopes.IsSupersetOf(TokenScopes.Needed(action));
}
