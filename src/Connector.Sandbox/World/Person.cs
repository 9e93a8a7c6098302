using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>One person of the workspace: identifiers, attributes and what happened to them.</summary>
internal sealed class Person(string cioId, long created)
{
    private const int MaxEvents = 10_000;
    private Packed _attributes;
    private List<Event>? _events;
    private SortedSet<string>? _anonymousIds;
    private Dictionary<string, Device>? _devices;
    private Dictionary<string, JObject>? _relationships;

    public string CioId => cioId;

    public string? Id { get; private set; }

    public string? Email { get; private set; }

    public string? Phone { get; private set; }

    public SortedSet<string> AnonymousIds => _anonymousIds ??= new(StringComparer.Ordinal);

    /// <summary>A copy of the attributes as they were sent, identifiers left out; to change them, set it.</summary>
    public JObject Attributes
    {
        get => _attributes.Object;
        set => _attributes = new(value);
    }

    /// <summary>The same, as it is kept.</summary>
    public Packed PackedAttributes => _attributes;

    public long Created { get; } = created;

    /// <summary>Unix seconds of the newest attribute change, or of the person's making.</summary>
    public long Updated { get; set; } = created;

    /// <summary>Unix seconds of the newest attribute change alone: who was made by an event has none that could be newer than what comes.</summary>
    public long Changed { get; set; }

    /// <summary>Devices by their token.</summary>
    public Dictionary<string, Device> Devices => _devices ??= [];

    /// <summary>Attributes of the relationship to each object, by its cio_object_id.</summary>
    public Dictionary<string, JObject> Relationships => _relationships ??= [];

    /// <summary>Whether there is a relationship to an object.</summary>
    public bool IsRelated(string cioObjectId) => _relationships?.ContainsKey(cioObjectId) == true;

    /// <summary>The newest events, oldest first.</summary>
    public IReadOnlyList<Event> Events => _events ?? [];

    /// <summary>How many events there ever were, also those no longer kept.</summary>
    public long EventCount { get; set; }

    /// <summary>Whether <c>unsubscribed</c> holds one of the values that count as yes.</summary>
    public bool Unsubscribed => IsUnsubscribed(Attributes);

    /// <summary>The identifier that a reader knows best.</summary>
    public string Name => Id ?? Email ?? Phone ?? new Identifier(IdKind.CioId, cioId).ToString();

    public IEnumerable<Identifier> Identifiers
    {
        get
        {
            yield return new(IdKind.CioId, cioId);
            foreach (var kind in (IdKind[])[IdKind.Id, IdKind.Email, IdKind.Phone])
            {
                if (this[kind] is { } value)
                {
                    yield return new(kind, value);
                }
            }
            foreach (var anonymous in _anonymousIds ?? [])
            {
                yield return new(IdKind.AnonymousId, anonymous);
            }
        }
    }

    /// <summary>The identifier of one kind; null when the person has none.</summary>
    public string? this[IdKind kind]
    {
        get =>
            kind switch
            {
                IdKind.Id => Id,
                IdKind.Email => Email,
                IdKind.Phone => Phone,
                IdKind.CioId => cioId,
                _ => null,
            };
        set
        {
            switch (kind)
            {
                case IdKind.Id:
                    Id = value;
                    break;
                case IdKind.Email:
                    Email = value;
                    break;
                case IdKind.Phone:
                    Phone = value;
                    break;
                default:
                    throw new ArgumentOutOfRangeException(nameof(kind));
            }
        }
    }

    public static bool IsUnsubscribed(JObject attributes) =>
        attributes["unsubscribed"] is JValue { Value: { } value }
        && (value is true or 1L or "1" || (value is string text && text.Equals("true", StringComparison.OrdinalIgnoreCase)));

    public void Add(Event happened)
    {
        EventCount++;
        _events ??= [];
        _events.Add(happened);
        if (_events.Count > MaxEvents)
        {
            _events.RemoveRange(0, MaxEvents / 10);
        }
    }

    /// <summary>Takes over events of somebody else, in the order of time.</summary>
    public void Add(IEnumerable<Event> others)
    {
        List<Event> sorted = [.. Events.Concat(others).OrderBy(e => e.Timestamp)];
        EventCount += sorted.Count - Events.Count;
        _events = [.. sorted.TakeLast(MaxEvents)];
    }

    /// <summary>Identifiers as the App API shows them: always <c>id</c>, <c>email</c> and <c>cio_id</c>.</summary>
    public JObject IdentifiersJson()
    {
        var json = new JObject
        {
            ["id"] = Json.Text(Id),
            ["email"] = Json.Text(Email),
            ["cio_id"] = cioId,
        };
        if (Phone is not null)
        {
            json["phone"] = Phone;
        }
        return json;
    }

    /// <summary>Everything, for the state file.</summary>
    public JObject ToState() =>
        new()
        {
            ["cioId"] = CioId,
            ["id"] = Id,
            ["email"] = Email,
            ["phone"] = Phone,
            ["anonymousIds"] = new JArray(AnonymousIds),
            ["attributes"] = Attributes,
            ["created"] = Created,
            ["updated"] = Updated,
            ["changed"] = Changed,
            ["eventCount"] = EventCount,
            ["events"] = new JArray(Events.Select(e => e.ToJson())),
            ["devices"] = new JArray(Devices.Values.Select(d => d.ToJson())),
            ["relationships"] = new JObject(Relationships.Select(r => new JProperty(r.Key, r.Value))),
        };

    /// <summary>Reads what <see cref="ToState"/> wrote.</summary>
    public static Person FromState(JObject state)
    {
        var person = new Person((string)state["cioId"]!, (long)state["created"]!)
        {
            Id = (string?)state["id"],
            Email = (string?)state["email"],
            Phone = (string?)state["phone"],
            Attributes = (JObject)state["attributes"]!,
            Updated = (long)state["updated"]!,
            Changed = (long?)state["changed"] ?? (long)state["updated"]!,
            EventCount = (long)state["eventCount"]!,
        };
        person.AnonymousIds.UnionWith(state["anonymousIds"]!.Values<string>()!);
        person._events = [.. state["events"]!.Select(e => Event.FromJson((JObject)e))];
        foreach (var device in state["devices"]!.Select(Device.FromJson))
        {
            person.Devices[device.Token] = device;
        }
        foreach (var (cioObjectId, attributes) in (JObject)state["relationships"]!)
        {
            person.Relationships[cioObjectId] = (JObject)attributes!;
        }
        return person;
    }

    public JObject Summary() =>
        new()
        {
            ["identifiers"] = IdentifiersJson(),
            ["attributes"] = Attributes,
            ["eventCount"] = EventCount,
        };
}
