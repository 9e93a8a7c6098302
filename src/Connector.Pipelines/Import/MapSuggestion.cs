using CustomerIo.Connector.Pipelines.Stores;
using CustomerIo.Connector.Pipelines.Tables;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Pipelines.Import;

/// <summary>An import map made of a table's first rows, for a person to mend and to import with.</summary>
internal static class MapSuggestion
{
    /// <param name="request">The kind and the source.</param>
    /// <param name="say">Takes what the person should know of the map.</param>
    /// <param name="ct">Stops the reading.</param>
    /// <returns>The map, as a map file has it.</returns>
    /// <exception cref="ConnectorException">The source cannot be read, or has no rows.</exception>
    public static async Task<JObject> ReadAsync(ImportRequest request, Action<string> say, CancellationToken ct)
    {
        var name = Database.NameOf(request.From);
        await using var source = RowSource.Open(request.From, request.Query, null, ct);
        var block = new RowBlock();
        try
        {
            if (!await source.ReadAsync(block, ct).ConfigureAwait(false))
            {
                throw new ConnectorException(FailureKind.Input, $"{name} has no rows to make a map of.");
            }
        }
        catch (IOException e)
        {
            throw FileFailure.Of(e, name, "read");
        }

        var (map, suggested) = (new ImportMap(), new JObject());
        if (request.Kind != ImportKind.Objects && new RowColumns(request.Kind, map, block.Columns).Identifiers.Count == 0)
        {
            map = new ImportMap { Identifier = Person(block.Columns) };
            suggested["identifier"] = map.Identifier;
            say($"No column is called id, email or cio_id: the map takes \"{map.Identifier}\" for the person's identifier. Check that.");
        }

        var columns = new RowColumns(request.Kind, map, block.Columns);
        if (columns.Lacks(request.Kind, map) is { } lack)
        {
            say($"The map still needs {lack}.");
        }

        if (request.Kind is not (ImportKind.SegmentMembers or ImportKind.Preferences or ImportKind.Suppressions))
        {
            var attributes = Attributes(block, columns, out var lacksOffset);
            if (attributes.Count > 0)
            {
                suggested["attributes"] = attributes;
            }

            if (columns.Spread >= 0)
            {
                suggested["spread"] = block.Columns[columns.Spread];
            }

            if (lacksOffset.Count > 0)
            {
                suggested["timeZone"] = "UTC";
                say($"Times in {Shown.All(lacksOffset)} have no offset: the map takes them for UTC. Change timeZone if they are not.");
            }
        }

        return suggested;
    }

    private static JObject Attributes(RowBlock block, RowColumns columns, out List<string> lacksOffset)
    {
        var guesses = ColumnGuess.Of(block, [.. columns.Attributes.Select(a => a.Column)]);
        var attributes = new JObject();
        lacksOffset = [];
        foreach (var ((column, attribute, _), guess) in columns.Attributes.Zip(guesses))
        {
            var type = attribute.Type == CellType.AsIs && attribute.Name is not ("id" or "email" or "phone") ? guess.Type : attribute.Type;
            attributes[attribute.Name] = type == CellType.AsIs ? block.Columns[column] : new JObject { ["type"] = Names.Camel(type.ToString()) };
            if (type == CellType.Time && guess.LacksOffset)
            {
                lacksOffset.Add(attribute.Name);
            }
        }

        return attributes;
    }

    // A column that is called like an identifier in other letters, or ends like one; else the first.
    private static string Person(string[] columns) =>
        Array.Find(columns, c => c.Trim().ToLowerInvariant() is "id" or "email" or "cio_id" or "e-mail")
        ?? Array.Find(columns, c => c.Trim().EndsWith("id", StringComparison.OrdinalIgnoreCase))
        ?? Array.Find(columns, c => c.Contains("mail", StringComparison.OrdinalIgnoreCase))
        ?? columns[0];
}
