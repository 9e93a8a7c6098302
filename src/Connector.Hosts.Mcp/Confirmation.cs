using System.Security.Cryptography;
using System.Text;
using CustomerIo.Connector.Values;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace CustomerIo.Connector.Hosts.Mcp;

/// <summary>Asks the user before a call that destroys or sends, by the means of the protocol.</summary>
/// <remarks>
/// The call ends with a question, and comes again with the answer; where the client's revision knows no such thing, the SDK asks by elicitation
/// and calls again. Nothing is kept between the two, so that any process can take the second.
/// </remarks>
internal static class Confirmation
{
    private const string Question = "confirm";

    /// <summary>What cannot be shown whole is not asked for: the end of long inputs could hold anything.</summary>
    private const int MaxShown = 8000;

    /// <summary>Passes when the user has said yes to this very call.</summary>
    /// <exception cref="InputRequiredException">The user is to be asked.</exception>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Cancelled"/>: the user said no, or the client cannot ask.</exception>
    public static void Require(AnyTool tool, CallParts parts, RequestContext<CallToolRequestParams> context)
    {
        var call = Digest(tool, parts);
        if (context.Params?.RequestState == call && context.Params.InputResponses?.TryGetValue(Question, out var response) == true)
        {
            if (response.Deserialize(InputResponse.ElicitResultJsonTypeInfo) is { IsAccepted: true })
            {
                return;
            }

            throw new ConnectorException(
                FailureKind.Cancelled,
                $"The user did not agree to {tool.Title}; nothing was done. Do not call it again unless the user asks for it."
            );
        }

        if (context.Server.ClientCapabilities?.Elicitation is not { } means || (means.Form is null && means.Url is not null))
        {
            throw new ConnectorException(
                FailureKind.Cancelled,
                $"{tool.Title} needs the user's consent, and this client cannot ask for it (it has no elicitation), so nothing was done. Tell the user what "
                    + "you meant to do; they can do it themselves, use a client that can ask, or have the server started without --confirm."
            );
        }

        throw new InputRequiredException(
            new Dictionary<string, InputRequest>
            {
                [Question] = InputRequest.ForElicitation(
                    new ElicitRequestParams { Message = Words(tool, parts), RequestedSchema = new ElicitRequestParams.RequestSchema() }
                ),
            },
            call
        );
    }

    private static string Words(AnyTool tool, CallParts parts)
    {
        var inputs = parts.Arguments is { } text ? Encoding.UTF8.GetString(text) : "{}";
        return inputs.Length <= MaxShown
            ? Shown.Escape($"{tool.Title}: {tool.Description}\nInputs: {inputs}\nDo it?")
            : throw ConnectorException.Input(
                "",
                $"The inputs are {inputs.Length} characters long and cannot be shown to the user whole (at most {MaxShown}), so nothing was done. Make several "
                    + "calls of it, or have the server started without --confirm."
            );
    }

    // An answer to one call is none to another.
    private static string Digest(AnyTool tool, CallParts parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in (byte[]?[])[Encoding.UTF8.GetBytes(tool.Id), parts.Arguments, parts.Connection])
        {
            hash.AppendData(BitConverter.GetBytes(part?.Length ?? -1));
            hash.AppendData(part ?? []);
        }

        return Convert.ToBase64String(hash.GetHashAndReset());
    }
}
