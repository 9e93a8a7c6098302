using CustomerIo.Connector.Hub.Access;
using CustomerIo.Connector.Hub.Listening;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Values;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hub.Actions;

/// <summary>A part that answers callers with a key, and tells them in JSON what they did wrong.</summary>
internal abstract class CallersPart(ActionOptions options) : HubPart
{
    /// <summary>How long a body may be, before and after unpacking.</summary>
    public const int LongestBody = 1 << 20;

    /// <summary>Names the caller's invocation: the same one twice gives the same event.</summary>
    public const string InvocationHeader = "Idempotency-Key";

    /// <summary>How long that name may be.</summary>
    public const int LongestInvocation = 255;

    /// <summary>Names the connection of a request, in its address or a header.</summary>
    public const string ConnectionQuery = "connection",
        ConnectionHeader = "X-Customerio-Connection";

    public override IReadOnlyCollection<string> CheckedHeaders => [InvocationHeader];

    /// <summary>The workspace of a request, once it was let in.</summary>
    protected static Connection ConnectionOf(HttpContext context) => (Connection)context.Items[typeof(Connection)]!;

    /// <summary>What the caller of a request may do, once it was let in.</summary>
    protected static Rights RightsOf(HttpContext context) => (Rights)context.Items[typeof(Rights)]!;

    /// <summary>Answers those only who have a key, where one is needed.</summary>
    protected RequestDelegate LetIn(RequestDelegate answer) =>
        async context =>
        {
            if (await options.Gate.LetInAsync(context).ConfigureAwait(false) is { } rights)
            {
                context.Items[typeof(Rights)] = rights;
                context.Items[typeof(Connection)] = ConnectionFor(rights, Named(context.Request));
                await answer(context).ConfigureAwait(false);
            }
        };

    /// <summary>The workspace that a caller means: one that it may use, by a name, else that of its key, else the hub's own.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: it may use none of that name.</exception>
    protected Connection ConnectionFor(Rights rights, string? named) =>
        options.Kept?.Find(rights, named) ?? (named is null ? options.Connection : throw HubConnections.Unknown(named, []));

    /// <summary>The name that a request gives a connection; null for none.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: it gives two, or an empty one.</exception>
    protected static string? Named(HttpRequest request)
    {
        string?[] given = [.. request.Query[ConnectionQuery], .. request.Headers[ConnectionHeader]];
        return given switch
        {
            [] => null,
            [{ Length: > 0 } one, .. var others] when others.All(o => one.Equals(o, StringComparison.OrdinalIgnoreCase)) => one,
            _ => throw new ConnectorException(
                FailureKind.Input,
                $"The connection must be named once, by ?{ConnectionQuery}=NAME or the header {ConnectionHeader}."
            ),
        };
    }

    /// <summary>The body as an input; null when it was refused.</summary>
    protected async Task<JObject?> InputAsync(HttpContext context, JObject schema, int longest = LongestBody)
    {
        var request = context.Request;
        if (RequestBody.Unpacked(request) is not { } plain)
        {
            await RefuseAsync(context, 415, "The body must be plain or packed with gzip.").ConfigureAwait(false);
            return null;
        }

        try
        {
            if (await RequestBody.ReadAsync(request, plain, longest, context.RequestAborted).ConfigureAwait(false) is not { } body)
            {
                await RefuseAsync(context, 413, $"The body is longer than {longest >> 20} MiB.").ConfigureAwait(false);
                return null;
            }

            // What has no inputs needs no body.
            var input = body.Length == 0 ? [] : ConnectorJson.ParseObject(body);
            JsonTexts.Take(input, schema);
            return input;
        }
        catch (InvalidDataException)
        {
            throw ConnectorException.Input("", "is not well packed with gzip.");
        }
        catch (FormatException e)
        {
            throw ConnectorException.Input("", e.Message);
        }
    }

    /// <summary>What a request calls its invocation; null for no name.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: the name is of no use.</exception>
    protected static string? Invocation(HttpRequest request) =>
        request.Headers[InvocationHeader] switch
        {
            { Count: 0 } => null,
            [{ Length: > 0 and <= LongestInvocation } one] when one.All(c => c is >= ' ' and <= '~') => one,
            _ => throw new ConnectorException(
                FailureKind.Input,
                $"{InvocationHeader} must be one text of 1 to {LongestInvocation} ASCII characters: letters, digits, signs and blanks."
            ),
        };

    public override async Task GuardedAsync(HttpContext context, RequestDelegate answer)
    {
        try
        {
            await answer(context).ConfigureAwait(false);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            context.Abort();
        }
        catch (ConnectorException e)
        {
            await Answers.FailAsync(context, e).ConfigureAwait(false);
        }
        catch (BadHttpRequestException e)
        {
            await RefuseAsync(context, e.StatusCode, e.StatusCode == 408 ? "The body did not arrive in time." : "The request is malformed.")
                .ConfigureAwait(false);
        }
        catch (Exception e) when (e is not SqliteException)
        {
            options.Say(Defect.Line(context.Request.Path, e));
            if (context.Response.HasStarted)
            {
                // A stream of events, whose end the caller must not take for whole.
                context.Abort();
                return;
            }

            await Answers.WriteAsync(context, 500, Defect.ToJson(e)).ConfigureAwait(false);
        }
    }
}
