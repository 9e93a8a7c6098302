using CustomerIo.Connector.Manifest;

namespace CustomerIo.Connector.Hub.Access;

/// <summary>The scopes that say in a token what its bearer may do.</summary>
internal static class TokenScopes
{
    public const string Read = "customerio:read",
        Write = "customerio:write",
        Send = "customerio:send",
        Delete = "customerio:delete";

    /// <summary>Before the name of a group: with one or several, only their actions may be run.</summary>
    public const string Group = "customerio:group:";

    /// <summary>Those without which a token may do nothing.</summary>
    public static readonly string[] All = [Read, Write, Send, Delete];

    // Batch and Raw Request do whatever their input says.
    private const string Anything = "Advanced";

    /// <summary>All that a token needs to run an action.</summary>
    public static IEnumerable<string> Needed(ActionManifest action) =>
        action.Category == Anything ? All
        : action.IsReadOnly ? [Read]
        : action.Effect switch
        {
            ActionEffect.Send => [Send],
            ActionEffect.Destroy => [Delete],
            _ when action.CanDestroy => [Write, Delete],
            _ => [Write],
        };
}
