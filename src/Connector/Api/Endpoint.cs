namespace CustomerIo.Connector.Api;

/// <summary>What the body of a request can hold that a guard has to read.</summary>
internal enum Carries
{
    Nothing,

    /// <summary>A message to the recipients that its body names.</summary>
    Message,

    /// <summary>A broadcast's audience.</summary>
    Audience,

    /// <summary>A message's content, which may say who gets it.</summary>
    Content,

    /// <summary>A person's attributes of Track v1, which may end relationships.</summary>
    Person,

    /// <summary>One event of Track v1.</summary>
    Event,

    /// <summary>One operation of Track v2.</summary>
    Operation,

    /// <summary>A list of operations of Track v2.</summary>
    Operations,

    /// <summary>One call of the Pipelines API.</summary>
    Call,

    /// <summary>A list of calls of the Pipelines API.</summary>
    Calls,

    /// <summary>People whom nobody sees from here.</summary>
    Unseen,
}

/// <summary>A writing endpoint as the guards know it; one that stands in no row is refused, since nobody can say what it does.</summary>
/// <param name="Carries">What its body can hold.</param>
/// <param name="Destroys">What it does that cannot be undone; null for nothing.</param>
internal sealed record Endpoint(Carries Carries, string? Destroys)
{
    /// <summary>How often a path is unescaped at the most: once by us, and by proxies and servers on the way.</summary>
    private const int MaxEscapings = 5;

    // A row is methods, path, what it carries, what it destroys. One that carries or destroys something is known by every method, so that no odd one
    // gets round its judge.
    private static readonly Row[] s_track = Rows(
        """
        PUT v1/customers/* Person
        PUT,POST v1/customers/*/devices
        POST v1/customers/*/unsuppress
        POST v1/forms/*/submit
        POST v1/metrics
        POST v1/push/events
        POST push/events
        POST v1/segments/*/add_customers
        * v1/customers/*/events Event
        * v1/events Event
        * v2/entity Operation
        * v2/batch Operations
        * v1/send/* Message
        * v1/campaigns/*/triggers Audience
        * v1/broadcasts/*/triggers Audience
        * v1/customers/*/suppress Nothing suppressing a person
        * v1/merge_customers Nothing merging two people
        * v1/segments/*/remove_customers Nothing taking people out of a segment
        * unsubscribe/* Nothing unsubscribing the person who got a message
        """
    );

    private static readonly Row[] s_pipelines = Rows(
        """
        * v1/identify Call
        * v1/track Call
        * v1/page Call
        * v1/screen Call
        * v1/group Call
        * v1/alias Call merging two people
        * v1/batch Calls
        """
    );

    private static readonly Row[] s_app = Rows(
        """
        POST v1/customers
        POST v1/customers/attributes
        POST v1/segments
        POST v1/objects
        POST v1/exports/customers
        POST v1/exports/deliveries
        POST v1/collections
        PUT v1/collections/*
        PUT v1/collections/*/content
        POST,PUT v1/snippets
        POST v1/reporting_webhooks
        PUT v1/reporting_webhooks/*
        POST v1/data_index/attributes
        POST v1/data_index/events
        POST v1/assets/files
        PUT v1/assets/files/*
        POST v1/assets/folders
        PUT v1/assets/folders/*
        POST v1/design_studio/components
        PUT v1/design_studio/components/*
        POST v1/design_studio/folders
        PUT v1/design_studio/folders/*
        POST v1/design_studio/emails/*/link
        POST v1/design_studio/emails/*/preview
        POST v1/design_studio/emails/*/publish
        POST v1/design_studio/emails/*/versions
        POST v1/design_studio/emails/*/versions/*/restore
        POST v1/design_studio/emails/*/inbox_previews
        POST v1/design_studio/emails Content
        PUT v1/design_studio/emails/* Content
        POST v1/design_studio/emails/*/languages Content
        PUT v1/design_studio/emails/*/languages/* Content
        PUT v1/campaigns/*/actions/* Content
        PUT v1/campaigns/*/actions/*/language/* Content
        PUT v1/broadcasts/*/actions/* Content
        PUT v1/broadcasts/*/actions/*/language/* Content
        PUT v1/newsletters/*/contents/* Content
        POST v1/newsletters/*/language Content
        PUT v1/newsletters/*/language/* Content
        POST v1/newsletters/*/test_groups Content
        POST v1/newsletters/*/test_group/*/language Content
        PUT v1/newsletters/*/test_group/*/language/* Content
        PUT v1/transactional/*/content/* Content
        PUT v1/transactional/*/language/* Content
        * v1/send/* Message
        * v1/campaigns/*/triggers Audience
        * v1/broadcasts/*/triggers Audience
        * v1/newsletters Unseen
        * v1/newsletters/*/send Unseen
        * v1/newsletters/*/schedule Unseen
        * v1/live_notifications/start Unseen
        * v1/live_notifications/update Unseen
        * v1/live_notifications/end Unseen
        * v1/imports Unseen
        * v1/customers/*/optouts Nothing opting a person out
        * v1/esp/suppression/*/* Nothing suppressing an address
        """
    );

    /// <summary>Whether a request of this kind only reads: the Pipelines API has none.</summary>
    public static bool Reads(ApiRequest request) =>
        request.Api != ApiName.Pipelines && request.Method.Method.ToUpperInvariant() is ("GET" or "HEAD" or "OPTIONS");

    /// <summary>The path of the endpoint that a writing request leads to, without the ids in it; null when it is none that is known.</summary>
    public static string? Template(ApiRequest request) =>
        RowOf(RowsOf(request), Segments(request.Path), request.Method.Method.ToUpperInvariant()) is { } row
            ? (request.Api == ApiName.Track && row.Path[0] != "unsubscribe" ? "/api/" : "/") + string.Join('/', row.Path.Select(s => s == "*" ? "{id}" : s))
            : null;

    /// <summary>The endpoint that a writing request leads to, however a server reads its path; null when it is none that is known.</summary>
    public static Endpoint? Of(ApiRequest request)
    {
        var rows = RowsOf(request);
        var found = Find(rows, Segments(request.Path), request.Method.Method.ToUpperInvariant());

        // An escaped slash is a part of somebody's id to us, and may part the path to a proxy that unescapes too early.
        var (path, escapings) = (request.Path, 0);
        for (var next = Uri.UnescapeDataString(path); found is not null && next != path; (path, next) = (next, Uri.UnescapeDataString(next)))
        {
            if (++escapings > MaxEscapings)
            {
                return null;
            }

            var segments = Segments(next);
            var destroys = Array.Find(rows, row => row.Endpoint.Destroys is not null && IsWithin(row.Path, segments))?.Endpoint.Destroys;
            found =
                Find(rows, segments, null)?.Carries is not (null or Carries.Nothing) and var carries && carries != found.Carries
                    ? null
                    : found with
                    {
                        Destroys = found.Destroys ?? destroys,
                    };
        }

        return found;
    }

    /// <summary>The decoded parts of a path in lower case, as written between the slashes; without the <c>api</c> that Track's begin with.</summary>
    public static string[] Segments(string path)
    {
        string[] all = [.. path.Split('/', '\\').Select(s => Uri.UnescapeDataString(s).ToLowerInvariant()).Where(s => s.Length > 0)];
        return all is ["api", .. var rest] ? rest : all;
    }

    private static Row[] RowsOf(ApiRequest request) =>
        request.Api switch
        {
            ApiName.Track => s_track,
            ApiName.App => s_app,
            _ => s_pipelines,
        };

    private static Endpoint? Find(Row[] rows, string[] segments, string? method) => RowOf(rows, segments, method)?.Endpoint;

    private static Row? RowOf(Row[] rows, string[] segments, string? method) =>
        Array.Find(
            rows,
            row =>
                row.Path.Length == segments.Length
                && (method is null || row.Methods is ["*"] || row.Methods.Contains(method))
                && row.Path.Zip(segments).All(part => part.First == "*" || part.First == part.Second)
        );

    /// <summary>Whether a path is of a row, if an id in it may be more than one segment.</summary>
    private static bool IsWithin(ReadOnlySpan<string> row, ReadOnlySpan<string> path) =>
        row.IsEmpty
            ? path.IsEmpty
            : !path.IsEmpty && (row[0] == "*" ? IsWithin(row[1..], path[1..]) || IsWithin(row, path[1..]) : row[0] == path[0] && IsWithin(row[1..], path[1..]));

    private static Row[] Rows(string table) =>
        [
            .. table
                .Split('\n')
                .Select(line =>
                {
                    var parts = line.Trim().Split(' ', 4);
                    return new Row(
                        parts[0].Split(','),
                        parts[1].Split('/'),
                        new Endpoint(parts.Length > 2 ? Enum.Parse<Carries>(parts[2]) : Carries.Nothing, parts.ElementAtOrDefault(3))
                    );
                }),
        ];

    private sealed record Row(string[] Methods, string[] Path, Endpoint Endpoint);
}
