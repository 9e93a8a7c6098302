using System.Text;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>Something wrong with a request: v2 tells all three parts, v1 its own sentence.</summary>
internal sealed record Problem(string Reason, string Field, string Message, string? V1 = null)
{
    public const string Required = "required";
    public const string Invalid = "invalid";

    public string Sentence => V1 ?? $"{Field} {Message}";

    public JObject ToJson() =>
        new()
        {
            ["reason"] = Reason,
            ["field"] = Field,
            ["message"] = Message,
        };
}

/// <summary>The vendor's size limits, in UTF-8 bytes and counts.</summary>
internal static class Limits
{
    public const int IdBytes = 150;
    public const int NameBytes = 150;
    public const int ValueBytes = 1000;
    public const int Attributes = 300;
    public const int EventNameBytes = 100;
    public const int EventDataBytes = 100_000;
    public const int ObjectBytes = 100_000;

    /// <summary>Checks an identifier's presence and length.</summary>
    public static IEnumerable<Problem> Id(string value, string field)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            yield return new(Problem.Required, field, "cannot be blank");
        }
        else if (Over(value, IdBytes))
        {
            yield return new(Problem.Invalid, field, $"cannot be longer than {IdBytes} bytes");
        }
    }

    /// <summary>Checks number, names and text values of attributes.</summary>
    public static IEnumerable<Problem> Map(JObject attributes, string field)
    {
        if (attributes.Count > Attributes && attributes.Properties().Count(p => p.Name is not ("_update" or "_timestamp" or "cio_relationships")) > Attributes)
        {
            yield return new(Problem.Invalid, field, $"cannot have more than {Attributes} attributes", $"cannot set more than {Attributes} attributes");
        }
        foreach (var (name, value) in attributes)
        {
            if (Over(name, NameBytes))
            {
                var start = name[..20];
                yield return new(
                    Problem.Invalid,
                    $"{field}.{name}",
                    $"property name cannot be longer than {NameBytes} bytes",
                    $"attribute name '{start}…' cannot be longer than {NameBytes} bytes"
                );
            }
            if (name == "id" && value is JValue { Value: string id } && Over(id, IdBytes))
            {
                yield return new(Problem.Invalid, $"{field}.id", $"cannot be longer than {IdBytes} bytes", $"id cannot be longer than {IdBytes} bytes");
            }
            else if (value is JValue { Value: string text } && Over(text, ValueBytes))
            {
                yield return new(
                    Problem.Invalid,
                    $"{field}.{name}",
                    $"property value cannot be longer than {ValueBytes} bytes",
                    $"value for attribute '{name}' cannot be longer than {ValueBytes} bytes"
                );
            }
        }
    }

    /// <summary>Checks the attributes of an object or a relationship, which have a common limit too.</summary>
    public static IEnumerable<Problem> Of(JObject attributes, string field)
    {
        var problems = Map(attributes, field);
        return Json.Bytes(attributes) > ObjectBytes ? problems.Append(new(Problem.Invalid, field, $"cannot be larger than {ObjectBytes} bytes")) : problems;
    }

    /// <summary>Checks name and data of an event; page and screen names are URLs and get the room of a value.</summary>
    public static IEnumerable<Problem> Event(JObject body, string data)
    {
        var most = Json.Scalar(body["type"] ?? body["action"]) is "page" or "screen" ? ValueBytes : EventNameBytes;
        if (body["name"] is not JValue { Value: string name } || string.IsNullOrWhiteSpace(name))
        {
            yield return new(Problem.Required, "name", body["name"] is JValue { Value: not (null or string) } ? "must be a string" : "cannot be blank");
        }
        else if (Over(name.Trim(), most))
        {
            yield return new(Problem.Invalid, "name", $"cannot be longer than {most} bytes");
        }
        if (body[data] is { Type: not (JTokenType.Object or JTokenType.Null) })
        {
            yield return new(Problem.Invalid, data, "must be an object");
        }
        else if (body[data] is JObject o && Json.Bytes(o) > EventDataBytes)
        {
            yield return new(Problem.Invalid, data, $"cannot be larger than {EventDataBytes} bytes");
        }
    }

    public static bool Over(string text, int bytes) => text.Length * 3 > bytes && Encoding.UTF8.GetByteCount(text) > bytes;
}
