using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Track;

/// <summary>The gate as mappings use it: what may not pass is an input error, what was cleaned a warning.</summary>
internal static class GateKeeping
{
    /// <summary>The name of a person, object, segment, event or device as it is sent.</summary>
    /// <param name="keeper">Is told when something was taken off.</param>
    /// <param name="text">The name as it came.</param>
    /// <param name="input">The input's path without the first slash.</param>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: nothing can be called so.</exception>
    public static string Name(this IGateKeeper keeper, string text, string input) => keeper.Take(Gate.Name(text, keeper.AllowsPlaceholderIds), input);

    /// <summary>One e-mail address as it is sent.</summary>
    /// <inheritdoc cref="Name"/>
    public static string Email(this IGateKeeper keeper, string text, string input) => keeper.Take(Gate.Email(text, keeper.AllowsPlaceholderIds), input);

    /// <summary>The id of a person as it is sent.</summary>
    /// <inheritdoc cref="Name"/>
    public static string Id(this IGateKeeper keeper, string text, string input) => keeper.Take(Gate.Id(text, keeper.AllowsPlaceholderIds), input);

    /// <summary>Names in a list, with one warning for all that were cleaned.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/> with every problem.</exception>
    public static string[] Names(this IGateKeeper keeper, IEnumerable<JToken> list, string input, Func<string, bool, GateResult> check)
    {
        var (problems, trimmed) = (new List<Problem>(), 0);
        string[] names =
        [
            .. list.Select(
                (value, i) =>
                {
                    var passed = check(ConnectorJson.ScalarText(value), keeper.AllowsPlaceholderIds);
                    trimmed += passed.Trimmed ? 1 : 0;
                    if (passed.Problem is { } problem)
                    {
                        problems.Add(new Problem($"/{input}/{i}", problem));
                    }

                    return passed.Text;
                }
            ),
        ];
        if (problems.Count > 0)
        {
            throw ConnectorException.Input(problems);
        }

        if (trimmed > 0)
        {
            keeper.Warn($"/{input}: {trimmed} of {names.Length} had white space or invisible characters at their ends, which were taken off.");
        }

        return names;
    }

    /// <summary>A person's attributes with those that have a meaning brought to their type; the same object where nothing changes.</summary>
    /// <param name="keeper">Is told when something was taken off, or is not sent.</param>
    /// <param name="attributes">The attributes as they came.</param>
    /// <param name="input">Their path without the first slash.</param>
    /// <param name="key">The kind of identifier that names the person, as v2 calls it.</param>
    /// <param name="identifier">That identifier.</param>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/> with every problem and its path.</exception>
    public static JObject Attributes(this IGateKeeper keeper, JObject attributes, string input, string key, string identifier)
    {
        JObject? changed = null;
        List<Problem>? problems = null;
        for (var member = (JProperty?)attributes.First; member is not null; member = (JProperty?)member.Next)
        {
            var (name, value) = (member.Name, member.Value);
            if (!Gate.IsReserved(name) || value is JValue { Value: bool } && name == "unsubscribed")
            {
                continue;
            }

            var path = $"{input}/{Values.Names.Escape(name)}";
            if ((keeper.Attribute(name, value, path, out var sent) ?? Beside(name, sent, path, key, identifier)) is { } problem)
            {
                (problems ??= []).Add(problem);
            }
            else if (!ReferenceEquals(sent, value))
            {
                Put(changed ??= new JObject(attributes), name, sent);
            }
        }

        return problems is null ? changed ?? attributes : throw ConnectorException.Input(problems);
    }

    /// <summary>One attribute of a person; what is wrong with it has its whole path.</summary>
    /// <param name="keeper">Is told when something was taken off, or is not sent.</param>
    /// <param name="name">The attribute's name.</param>
    /// <param name="value">Its value.</param>
    /// <param name="path">Its path without the first slash.</param>
    /// <param name="sent">The value to send; null for none.</param>
    public static Problem? Attribute(this IGateKeeper keeper, string name, JToken value, string path, out JToken? sent)
    {
        var problem = Gate.Attribute(name, value, keeper.AllowsPlaceholderIds, out sent);
        if (problem is null && sent is null)
        {
            keeper.Warn($"/{path} holds nothing and was not sent.{(value is JValue { Value: null } ? " An empty text takes an attribute away." : "")}");
        }
        else if (problem is null && !ReferenceEquals(sent, value) && name is "email" or "id" or "cio_id" or "anonymous_id")
        {
            keeper.Trimmed(path);
        }

        return problem is null ? null : new Problem($"/{path}{problem.Path}", problem.Message);
    }

    /// <summary>What is wrong with an identifier among somebody's attributes, beside the one that names them.</summary>
    public static Problem? Beside(string name, JToken? sent, string path, string key, string identifier) =>
        sent is not null && Gate.Beside(name, sent, key, identifier) is { } problem ? new Problem("/" + path, problem) : null;

    /// <summary>The creation time among an object's attributes, which is the only one with a meaning.</summary>
    public static JObject ObjectAttributes(this IGateKeeper keeper, JObject attributes, string input)
    {
        if (attributes["created_at"] is not { } value)
        {
            return attributes;
        }

        return keeper.Attribute("created_at", value, input + "/created_at", out var sent) is { } problem ? throw ConnectorException.Input([problem])
            : ReferenceEquals(sent, value) ? attributes
            : Put(new JObject(attributes), "created_at", sent);
    }

    private static JObject Put(JObject attributes, string name, JToken? sent)
    {
        if (sent is null)
        {
            attributes.Remove(name);
        }
        else
        {
            attributes[name] = sent;
        }

        return attributes;
    }

    private static string Take(this IGateKeeper keeper, GateResult passed, string input)
    {
        if (passed.Problem is { } problem)
        {
            throw ConnectorException.Input("/" + input, problem);
        }

        if (passed.Trimmed)
        {
            keeper.Trimmed(input);
        }

        return passed.Text;
    }
}
