using CustomerIo.Connector.Api;
using CustomerIo.Connector.Track;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Segments;

/// <summary>What is done with a segment, and so which of several of a name it may be.</summary>
internal enum SegmentUse
{
    /// <summary>Reads it, or deletes it: any kind will do.</summary>
    Any,

    /// <summary>Changes who belongs to it: only a manual one will do.</summary>
    Manual,

    /// <summary>As <see cref="Manual"/>; one that is missing is created.</summary>
    ManualOrNew,
}

/// <summary>A segment as an input names it: digits are its number, anything else its name.</summary>
internal static class SegmentName
{
    /// <summary>The segment's number as a path takes it; a dry run, which cannot look a name up, gets the name in braces.</summary>
    /// <exception cref="ConnectorException">There is none of that name, or several, or it is of the wrong kind.</exception>
    public static async Task<string> ResolveAsync(string segment, SegmentUse use, IApi api, CancellationToken ct)
    {
        segment = api.Name(segment, "segment");
        if (segment.All(char.IsAsciiDigit) && segment.Length > 0)
        {
            return int.TryParse(segment, out _)
                ? segment
                : throw ConnectorException.Input("/segment", "is not the number of a segment; the largest is 2147483647.");
        }

        var name = segment;
        ConnectorJson.CheckSurrogates(name);
        if (api.IsDryRun)
        {
            api.Warn(
                $"The segment \"{name}\" stands in for its number: a real run looks that up "
                    + $"first{(use == SegmentUse.ManualOrNew ? ", and creates the segment if there is none" : "")}."
            );
            return $"{{{name}}}";
        }

        var segments = Answers
            .List(Answers.Object(await api.SendAsync(ApiRequest.Get(ApiName.App, "/v1/segments"), ct).ConfigureAwait(false)), "segments")
            .OfType<JObject>()
            .ToArray();
        return Find(name, segments, use)
            ?? (
                use == SegmentUse.ManualOrNew ? await CreateAsync(name, api, ct).ConfigureAwait(false)
                : use == SegmentUse.Manual ? throw Refused($"There is no segment called \"{name}\". Check the name, or switch Create If Missing on.")
                : throw Refused($"There is no segment called \"{name}\". Check the name, or give its number.")
            );
    }

    /// <summary>The number of the segment of a name: spelt so, or else but for letter case; null when there is none.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Rejected"/>: there are several, or it is of the wrong kind.</exception>
    public static string? Find(string name, IReadOnlyCollection<JObject> segments, SegmentUse use)
    {
        var same = NamedList.Find(name, segments);

        // Only a manual one can be changed by hand, so a namesake with conditions does not count.
        var fitting = use == SegmentUse.Any ? same : [.. same.Where(s => Text(s["type"]) != "dynamic")];
        return fitting.Length > 1
                ? throw Refused($"Several segments are called \"{name}\": {string.Join(", ", fitting.Select(Id))}. Give the number of the one you mean.")
            : fitting.Length == 1 ? Id(fitting[0])
            : same.Length > 0
                ? throw Refused($"The segment \"{name}\" has conditions that decide who belongs to it; only manual segments can be changed by hand.")
            : null;
    }

    private static async Task<string> CreateAsync(string name, IApi api, CancellationToken ct)
    {
        var request = ApiRequest.Post(ApiName.App, "/v1/segments", new JObject { ["segment"] = new JObject { ["name"] = name } });
        var created = Answers.Object(await api.SendAsync(request with { Repeat = Repeat.Unsafe }, ct).ConfigureAwait(false))["segment"];
        api.Warn($"The segment \"{name}\" did not exist and was created.");
        return Id(created as JObject ?? []);
    }

    private static string Id(JObject segment) =>
        Answers.Number(segment["id"]) is { } id
            ? ConnectorJson.ScalarText(id)
            : throw Refused("Customer.io did not say which number the segment has. Look it up in Customer.io and give the number.");

    private static string Text(JToken? value) => value is JValue scalar ? ConnectorJson.ScalarText(scalar) : "";

    private static ConnectorException Refused(string message) => new(FailureKind.Rejected, message, [new Problem("/segment", message)]);
}
