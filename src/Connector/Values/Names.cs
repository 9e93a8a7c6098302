namespace CustomerIo.Connector.Values;

/// <summary>Turns ids of the manifest into names of the code and back.</summary>
public static class Names
{
    /// <summary><c>CustomerData</c> → <c>customerData</c>.</summary>
    /// <param name="name">A name in Pascal case.</param>
    /// <returns>The name in camel case.</returns>
    public static string Camel(string name) => name.Length == 0 ? name : char.ToLowerInvariant(name[0]) + name[1..];

    /// <summary><c>track-page-view</c> → <c>TrackPageView</c>.</summary>
    /// <param name="id">An id in kebab case.</param>
    /// <returns>The name in Pascal case.</returns>
    public static string Pascal(string id) => string.Concat(id.Split('-').Select(part => part.Length == 0 ? part : char.ToUpperInvariant(part[0]) + part[1..]));

    /// <summary>Escapes one key for use in a JSON Pointer.</summary>
    /// <param name="key">A property name.</param>
    /// <returns>The name with <c>~</c> and <c>/</c> escaped.</returns>
    public static string Escape(string key) => key.Contains('~') || key.Contains('/') ? key.Replace("~", "~0").Replace("/", "~1") : key;
}
