using System.Text;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>JSON kept as its text: a tenth of what its tokens take, which counts with a million people.</summary>
internal readonly struct Packed
{
    private readonly byte[]? _utf8;

    public Packed(JObject json) => _utf8 = json.Count == 0 ? null : Encoding.UTF8.GetBytes(json.ToString(Formatting.None));

    /// <summary>The JSON as it is kept; empty where there is nothing.</summary>
    public string Text => _utf8 is null ? "" : Encoding.UTF8.GetString(_utf8);

    /// <summary>A copy that may be changed; an empty object where there is nothing.</summary>
    public JObject Object => _utf8 is null ? [] : (JObject)Json.Parse(_utf8);
}
