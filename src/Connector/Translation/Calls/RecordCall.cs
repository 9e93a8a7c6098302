using CustomerIo.Connector.Track;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Translation;

/// <summary>A row of a warehouse: a person, an event, an object or a member of a manual segment, as the settings say.</summary>
internal static class RecordCall
{
    private const string Row = "identifiers";
    private static readonly string[] s_people = ["cio_id", "id", "email"];
    private static readonly string[][] s_objectType =
    [
        [Row, "object_type_id"],
    ];

    public static EventRequest Translate(SourceEvent message)
    {
        var deletes = message.Text("action") switch
        {
            "insert" or "update" => false,
            "delete" => true,
            _ => throw ConnectorException.Input("/action", "must be insert, update or delete."),
        };
        if (message.At(Row) is not { IsObject: true } row)
        {
            throw ConnectorException.Input("/" + Row, "is missing; it holds the row.");
        }

        return message.Settings.Records switch
        {
            "person" => Person(message, row, deletes),
            "event" => Event(message, row, deletes),
            "object" => Object(message, row, deletes),
            "segment" => Member(message, row, deletes),
            _ => throw ConnectorException.Input("/type", "is record; whether records are people, events, objects or members of a segment has to be set."),
        };
    }

    private static EventRequest Person(SourceEvent message, JsonView row, bool deletes)
    {
        var who = Needed(message);
        return deletes
            ? message.Wire.Person(who, "delete")
            : message.Wire.Operation(
                TrackApiDialect
                    .Begin(who, "identify")
                    .With("attributes", Attributes(message, row, [who.Key, "created_at"], who))
                    .WithSome("timestamp", message.Time(Row, "created_at"))
            );
    }

    private static EventRequest Event(SourceEvent message, JsonView row, bool deletes)
    {
        if (deletes)
        {
            throw ConnectorException.Input("/action", "must be insert or update; nobody can take back an event.");
        }

        var who = Needed(message);
        var name = message.Text(Row, "name") is { } given
            ? EventNames.Sized(message, who, message.Name(given, Row + "/name"))
            : throw ConnectorException.Input($"/{Row}/name", "is missing; it names the event.");
        var operation = TrackApiDialect
            .Begin(who, "event")
            .With("name", name)
            .WithSome("id", message.EventId)
            .WithSome("timestamp", message.Time(Row, "created_at"))
            .With("attributes", Attributes(message, row, [who.Key, "name", "created_at"], null));
        return message.Wire.Operation(operation) with { EventId = message.EventId, Repeatable = message.EventId is not null };
    }

    // A row that names a person too is a relationship: without it the object stays.
    private static EventRequest Object(SourceEvent message, JsonView row, bool deletes)
    {
        var id = message.Id(Row, "object_id") is { } given
            ? message.Name(given, Row + "/object_id")
            : throw ConnectorException.Input($"/{Row}/object_id", "is missing; it names the object.");
        var who = Somebody(message);
        if (deletes && who is null && Array.Find(s_people, key => row[key] is not null) is { } blank)
        {
            throw ConnectorException.Input(
                $"/{Row}/{blank}",
                "names nobody, so that the whole object would be deleted. Name the person whose relationship ends, or leave the column out."
            );
        }

        var operation = GroupCall.Begin(
            message,
            id,
            !deletes ? "identify"
                : who is null ? "delete"
                : "delete_relationships",
            s_objectType
        );
        if (!deletes)
        {
            operation.With("attributes", Attributes(message, row, ["object_id", "object_type_id", .. s_people], null));
        }

        if (who is { } person)
        {
            operation.With("cio_relationships", new[] { new JsonMembers(1).With("identifiers", person.Identifiers) });
        }

        return message.Wire.Operation(operation);
    }

    private static EventRequest Member(SourceEvent message, JsonView row, bool deletes)
    {
        var segment =
            message.Settings.RecordSegment
            ?? throw ConnectorException.Input("/type", "is record; which manual segment records belong to has to be set by its number.");
        if (row.Count != 1)
        {
            throw ConnectorException.Input("/" + Row, "must hold one identifier of the member: id, email or cio_id.");
        }

        var who = Needed(message);
        return new(
            HttpMethod.Post,
            $"/api/v1/segments/{segment}/{(deletes ? "remove_customers" : "add_customers")}",
            new JsonMembers(1).With("ids", new JArray(who.Value))
        )
        {
            Query = "id_type=" + who.Key,
        };
    }

    private static PersonRef Needed(SourceEvent message) =>
        Somebody(message) ?? throw ConnectorException.Input("/" + Row, "names nobody; it needs an id, email or cio_id.");

    private static PersonRef? Somebody(SourceEvent message)
    {
        foreach (var key in s_people)
        {
            if (
                message.First(
                    [
                        [Row, key],
                    ],
                    out _
                ) is
                { } id
            )
            {
                return PersonRef.Of(message, id, $"{Row}/{key}", key);
            }
        }

        return null;
    }

    private static JsonMembers Attributes(SourceEvent message, JsonView row, HashSet<string> omits, PersonRef? who)
    {
        var attributes = new JsonMembers(row.Count);
        foreach (var (name, value) in row)
        {
            if (omits.Contains(name))
            {
                continue;
            }

            var sent = message.Value(value);
            if ((who is { } person ? IdentifyCall.Attribute(message, person, name, sent, Row) : sent) is { } kept)
            {
                attributes.With(name, kept);
                message.CheckLength(name, kept, Row);
            }
        }

        return attributes;
    }
}
