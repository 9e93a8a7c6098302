using CustomerIo.Connector.Values;
using Microsoft.AspNetCore.Http;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hub.Ingest;

/// <summary>An event that an image's address carries, as e-mails and pages without scripts send it.</summary>
internal static class Pixel
{
    public const string MediaType = "image/gif";
    private const int Deepest = 16;

    /// <summary>One transparent dot.</summary>
    public static ReadOnlyMemory<byte> Image { get; } =
        new byte[]
        {
            0x47,
            0x49,
            0x46,
            0x38,
            0x39,
            0x61,
            1,
            0,
            1,
            0,
            0x80,
            0,
            0,
            0,
            0,
            0,
            0xff,
            0xff,
            0xff,
            0x21,
            0xf9,
            4,
            1,
            0,
            0,
            0,
            0,
            0x2c,
            0,
            0,
            0,
            0,
            1,
            0,
            1,
            0,
            0,
            2,
            1,
            0x44,
            0,
            0x3b,
        };

    /// <summary>The event: what <c>data</c> holds in Base64, else the query itself, whose dots lead into objects.</summary>
    /// <exception cref="IngestRefusal">It is no Base64, or leads too deep.</exception>
    public static ReadOnlyMemory<byte> Read(IQueryCollection query)
    {
        if (query["data"] is [{ Length: > 0 } data])
        {
            try
            {
                // In an address a plus may have become a space, and the end may lack.
                var whole = data.Replace(' ', '+').Replace('-', '+').Replace('_', '/').TrimEnd('=');
                return Convert.FromBase64String(whole.PadRight((whole.Length + 3) / 4 * 4, '='));
            }
            catch (FormatException)
            {
                throw new IngestRefusal(400, "The data of the pixel is no JSON in Base64.");
            }
        }

        var json = new JObject { ["channel"] = "web" };
        foreach (var (name, values) in query)
        {
            if (name != "writeKey" && values is [{ } value, ..])
            {
                Set(json, name.Split('.'), name == "anonymousId" ? value.Trim('"') : value);
            }
        }

        return ConnectorJson.ToBytes(json);
    }

    private static void Set(JObject json, string[] path, string value)
    {
        if (path.Length > Deepest)
        {
            throw new IngestRefusal(400, $"A name in the address leads {path.Length} objects deep; at most {Deepest} are allowed.");
        }

        foreach (var name in path[..^1])
        {
            json = json[name] as JObject ?? (JObject)(json[name] = new JObject());
        }

        json[path[^1]] = value;
    }
}
