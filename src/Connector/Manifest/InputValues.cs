using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Manifest;

/// <summary>A checked input: a value or default for each property of the schema, in its order.</summary>
internal sealed class InputValues(InputSchema schema, JToken?[] given)
{
    /// <summary>The caller's value, else the default, else null.</summary>
    public JToken? this[string name] => schema.IndexOf(name) is >= 0 and var i ? At(i) : null;

    /// <summary>Whether the caller gave a value.</summary>
    public bool Given(string name) => schema.IndexOf(name) is >= 0 and var i && given[i] is not null;

    /// <summary>The same for any of the inputs at these places.</summary>
    public bool GivenAny(int[] places) => Array.Exists(places, i => given[i] is not null);

    public InputSchema Schema => schema;

    internal JToken? At(int index) => given[index] ?? schema.DefaultAt(index);
}
