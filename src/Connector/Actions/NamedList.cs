using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions;

/// <summary>Finds by name in a list of the App API.</summary>
internal static class NamedList
{
    /// <summary>Those that are spelt so, or else but for letter case.</summary>
    public static JObject[] Find(string name, IReadOnlyCollection<JObject> all)
    {
        var same = Find(name, all, StringComparison.Ordinal);
        return same.Length > 0 ? same : Find(name, all, StringComparison.OrdinalIgnoreCase);
    }

    private static JObject[] Find(string name, IReadOnlyCollection<JObject> all, StringComparison comparison) =>
        [.. all.Where(one => one["name"] is JValue given && string.Equals(ConnectorJson.ScalarText(given).Trim(), name, comparison))];
}
