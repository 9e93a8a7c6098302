using CustomerIo.Connector.Api;
using CustomerIo.Connector.Track;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.People;

/// <summary>Moves one person's data to another and deletes the first: <c>POST /api/v1/merge_customers</c>.</summary>
internal sealed class MergePeople : OperationAction<MergePeople.Input>
{
    internal sealed record Input(string Primary, string PrimaryType, string Secondary, string SecondaryType, bool Verify);

    protected override Operation Operation(Input input, IRunContext run)
    {
        var both = Both(input, run);
        return new Operation("person", "merge") { ["primary"] = both["primary"], ["secondary"] = both["secondary"] };
    }

    protected override ApiRequest Request(Input input, IRunContext run) => ApiRequest.Post(ApiName.Track, "/api/v1/merge_customers", Both(input, run));

    protected override bool Verifies(Input input) => input.Verify;

    protected override async Task<JToken> VerifyAsync(Input input, JToken output, IApi api, CancellationToken ct) =>
        await ReadBack.RunAsync(new JObject((JObject)output), () => LookAsync(input, api, ct), api, ct).ConfigureAwait(false);

    // Without a primary person Customer.io merges nothing, and answers 200 all the same.
    private static async Task<string> LookAsync(Input input, IApi api, CancellationToken ct) =>
        await ReadBack.AttributesAsync(Person.Of(input.Primary, input.PrimaryType, api, "primary"), api, ct).ConfigureAwait(false) is null ? ReadBack.Conflict
        : await ReadBack.AttributesAsync(Person.Of(input.Secondary, input.SecondaryType, api, "secondary"), api, ct).ConfigureAwait(false) is null
            ? ReadBack.Verified
        : ReadBack.NotVisibleYet;

    private static JObject Both(Input input, IRunContext run)
    {
        var primary = Person.Of(input.Primary, input.PrimaryType, run, "primary");
        var secondary = Person.Of(input.Secondary, input.SecondaryType, run, "secondary");
        return Person.AreSame(primary.Key, primary.Value, secondary.Key, secondary.Value)
            ? throw ConnectorException.Input("/secondary", "names the same person as Primary; there is nothing to merge.")
            : new JObject { ["primary"] = primary.Identifiers, ["secondary"] = secondary.Identifiers };
    }
}
