using CustomerIo.Connector.Api;
using CustomerIo.Connector.Track;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Content;

/// <summary>A collection as an input names it: digits are its number, anything else its name.</summary>
internal static class CollectionName
{
    /// <summary>The collection's number as a path takes it.</summary>
    /// <exception cref="ConnectorException">There is none of that name, or several.</exception>
    public static async Task<string> ResolveAsync(string collection, IApi api, CancellationToken ct) =>
        await FindAsync(collection, api, ct).ConfigureAwait(false)
        ?? throw Refused($"There is no collection called \"{collection}\". Check the name, or give its number.");

    /// <summary>The same; null when there is none of that name. A dry run, which cannot look a name up, gets the name in braces.</summary>
    /// <exception cref="ConnectorException">There are several of that name.</exception>
    public static async Task<string?> FindAsync(string collection, IApi api, CancellationToken ct)
    {
        var name = api.Name(collection, "collection");
        if (name.All(char.IsAsciiDigit))
        {
            return name;
        }

        if (api.IsDryRun)
        {
            api.Warn($"The collection \"{name}\" stands in for its number: a real run looks that up first.");
            return $"{{{name}}}";
        }

        var all = Answers.Object(await api.SendAsync(ApiRequest.Get(ApiName.App, "/v1/collections"), ct).ConfigureAwait(false));
        var found = NamedList.Find(name, [.. Answers.List(all, "collections").OfType<JObject>()]);
        var numbers = string.Join(", ", found.Select(c => Answers.Number(c["id"])));
        return found.Length > 1 ? throw Refused($"Several collections are called \"{name}\": {numbers}. Give the number of the one you mean.")
            : numbers.Length > 0 ? numbers
            : null;
    }

    private static ConnectorException Refused(string message) => new(FailureKind.Rejected, message, [new Problem("/collection", message)]);
}
