namespace CustomerIo.Connector.Values;

/// <summary>Turns ids of the manifest into names of the code and back.</summary>
internal static class Names
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

    /// <summary>Undoes <see cref="Escape"/>.</summary>
    internal static string Unescape(string key) => key.Replace("~1", "/").Replace("~0", "~");

    /// <summary>The one of <paramref name="known"/> that was probably meant: at most every third letter differs; null when none is near, or none is
    /// known.</summary>
    internal static string? Nearest(string written, IEnumerable<string> known) =>
        written.Length > 100 ? null
        : known.Select(name => (Name: name, Distance: Distance(written, name))).DefaultIfEmpty().MinBy(n => n.Distance) is { Name: { } nearest } best
        && best.Distance <= written.Length / 3
            ? nearest
        : null;

    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var next = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                (diagonal, row[j]) = (row[j], next);
            }
        }

        return row[^1];
    }
}
