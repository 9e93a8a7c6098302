using System.Globalization;
using CustomerIo.Connector.Api;

namespace CustomerIo.Connector.Actions;

/// <summary>A query made of the inputs that were filled in.</summary>
internal static class QueryText
{
    /// <summary>Joins names and values; null and empty values are left out.</summary>
    public static string Of(params ReadOnlySpan<(string Name, object? Value)> pairs)
    {
        var parts = new List<string>(pairs.Length);
        foreach (var (name, value) in pairs)
        {
            var text = value is bool flag ? (flag ? "true" : "false") : Convert.ToString(value, CultureInfo.InvariantCulture);
            if (!string.IsNullOrEmpty(text))
            {
                parts.Add($"{name}={ApiPath.Escape(text)}");
            }
        }

        return string.Join('&', parts);
    }
}
