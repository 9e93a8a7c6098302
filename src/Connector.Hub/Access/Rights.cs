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

    /// <summary>Whether an action may be run.</summary>
    public bool Allow(ActionManifest action) =>
        (!IsReadOnly || action.IsReadOnly) && (Groups is null || Groups.Contains(action.Category, StringComparer.OrdinalIgnoreCase));
}
