using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions;

/// <summary>The inputs of every action that changes what a message says.</summary>
internal interface IContentInput
{
    string? Subject { get; }

    string? Body { get; }

    string? BodyAmp { get; }

    string? Preheader { get; }

    string? From { get; }

    string? ReplyTo { get; }

    JArray? Headers { get; }
}

/// <summary>What a message says, as Customer.io takes it; only what was filled in is changed.</summary>
internal static class MessageContent
{
    /// <summary>The body of a change.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: nothing is to be changed.</exception>
    public static JObject Of(IContentInput input, params ReadOnlySpan<(string Name, JToken? Value)> more)
    {
        var body = new JObject();
        foreach (
            var (name, value) in (ReadOnlySpan<(string, JToken?)>)
                [
                    ("subject", input.Subject),
                    ("body", input.Body),
                    ("body_amp", input.BodyAmp),
                    ("preheader_text", input.Preheader),
                    ("from_id", Number(input.From, "from")),
                    ("reply_to_id", Number(input.ReplyTo, "replyTo")),
                    ("headers", input.Headers),
                    .. more,
                ]
        )
        {
            if (value is not null and not JValue { Value: null })
            {
                body[name] = value;
            }
        }

        return body.Count > 0 ? body : throw ConnectorException.Input("/subject", "or another part must be given: there is nothing to change.");
    }

    /// <summary>A number that an input holds as text.</summary>
    public static JToken? Number(string? text, string input) =>
        text is null ? null
        : long.TryParse(text, out var number) ? number
        : throw ConnectorException.Input("/" + input, "is too large for a number.");

    /// <summary>Refuses anything but exactly one of several inputs.</summary>
    public static void OneOf(params ReadOnlySpan<(string Name, string? Value)> inputs)
    {
        var given = new List<string>();
        var names = new List<string>();
        foreach (var (name, value) in inputs)
        {
            names.Add(name);
            if (value is not null)
            {
                given.Add(name);
            }
        }

        if (given.Count != 1)
        {
            throw ConnectorException.Input(
                "/" + (given.Count > 1 ? given[1] : names[0]),
                $"must be the only one: give exactly one of {string.Join(" and ", names)}."
            );
        }
    }
}
