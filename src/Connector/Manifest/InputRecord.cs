using System.Reflection;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Manifest;

/// <summary>Puts checked values into a positional record: names and types are the record's, words and limits the schema's.</summary>
/// <typeparam name="T">The record; its parameters are optional where the schema has neither a default nor requires them.</typeparam>
internal static class InputRecord<T>
    where T : class
{
    private static readonly ConstructorInfo s_constructor = typeof(T)
        .GetConstructors()
        .Single(c => c.GetParameters() is not [{ ParameterType: var only }] || only != typeof(T));
    private static readonly ConstructorInvoker s_invoker = ConstructorInvoker.Create(s_constructor);
    private static readonly (string Name, Type Type)[] s_parameters =
    [
        .. s_constructor.GetParameters().Select(p => (Names.Camel(p.Name!), Nullable.GetUnderlyingType(p.ParameterType) ?? p.ParameterType)),
    ];

    // Where the parameters stand in the schema that was used last: most records have only one.
    private static volatile Places s_places = new Places(null, []);

    /// <summary>The record of an input.</summary>
    public static T Of(InputValues values)
    {
        var (known, places) = s_places;
        if (known != values.Schema)
        {
            places = [.. s_parameters.Select(p => values.Schema.IndexOf(p.Name))];
            s_places = new Places(values.Schema, places);
        }

        var arguments = new object?[s_parameters.Length];
        for (var i = 0; i < arguments.Length; i++)
        {
            arguments[i] = places[i] < 0 ? null : Convert(values.At(places[i]), s_parameters[i].Type);
        }

        return (T)s_invoker.Invoke(arguments.AsSpan());
    }

    /// <summary>The record of an object within an input, which has no defaults.</summary>
    public static T Of(JObject values) => (T)s_invoker.Invoke(s_parameters.Select(p => Convert(values[p.Name], p.Type)).ToArray().AsSpan());

    private sealed record Places(InputSchema? Schema, int[] At);

    private static object? Convert(JToken? token, Type type) =>
        token is null or { Type: JTokenType.Null } ? null
        : type == typeof(string) ? ConnectorJson.ScalarText(token)
        : type == typeof(bool) ? (bool)token
        : type == typeof(int) ? (int)token
        : type == typeof(long) ? (long)token
        : type == typeof(double) ? (double)token
        : type == typeof(IReadOnlyList<string>) ? ((JArray)token).Select(ConnectorJson.ScalarText).ToArray()
        : type.IsEnum ? Enum.Parse(type, ConnectorJson.ScalarText(token), ignoreCase: true)
        : token;
}
