using CustomerIo.Connector.Api;
using CustomerIo.Connector.Track;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.People;

/// <summary>Gives a person another identifier by <c>PUT /api/v1/customers/cio_{cio_id}</c>, once it is known that nobody else has it.</summary>
/// <remarks>Customer.io answers 200 and keeps the old one when somebody else has it, so it has to be asked before.</remarks>
internal sealed class ChangeIdentifier : ConnectorAction<ChangeIdentifier.Input>
{
    private const string Merge = "merge";

    internal sealed record Input(string Id, string IdType, string Identifier, string Value, string IfTaken, bool Verify);

    public override async Task<JToken> RunAsync(Input input, IApi api, CancellationToken ct)
    {
        var person = Person.Of(input.Id, input.IdType, api);
        var wanted = Person.Of(input.Value, input.Identifier, api, "value");
        if (input.Identifier == "email" && !Person.LooksLikeEmail(wanted.Value))
        {
            throw ConnectorException.Input("/value", "must be an e-mail address, such as ada@example.com.");
        }

        var customer = Answers.Object(await api.SendAsync(AppPerson.Get(person, "attributes"), ct).ConfigureAwait(false))["customer"] as JObject;
        var owners = await OwnersAsync(wanted, api, ct).ConfigureAwait(false);
        if (api.IsDryRun)
        {
            api.Warn("A dry run cannot look who has the new identifier: it shows the change, or with If Taken merge what would follow if somebody had it.");
            await (
                input.IfTaken == Merge
                    ? MergeAsync("{owner}", CioId(customer, person) ?? "{person}", api, ct)
                    : SetAsync(CioId(customer, person) ?? "{person}", wanted, api, ct)
            ).ConfigureAwait(false);
            return Outcome("changed");
        }

        var self =
            CioId(customer, person)
            ?? throw new ConnectorException(FailureKind.Rejected, "Customer.io did not say which cio_id the person has, so nothing was changed.");
        JObject[] others = [.. owners.Where(o => CioId(o) != self)];
        if (others is [var owner])
        {
            if (input.IfTaken != Merge || CioId(owner) is not { } other)
            {
                api.Warn($"Another person has this {wanted.Key}, so nothing was changed. With If Taken merge, this person would be merged into that one.");
                return Outcome("conflict", owner);
            }

            await MergeAsync(other, self, api, ct).ConfigureAwait(false);
            return input.Verify
                ? await ReadBack.RunAsync(Outcome("merged", owner), () => LookForMergeAsync(self, api, ct), api, ct).ConfigureAwait(false)
                : Outcome("merged", owner);
        }

        if (others.Length > 1)
        {
            api.Warn($"{others.Length} other people have this {wanted.Key}, so nothing was changed; it is not known which one is meant.");
            return Outcome("conflict", others[0]);
        }

        if (owners.Length == 1 && Has(customer, wanted))
        {
            return Outcome("unchanged");
        }

        await SetAsync(self, wanted, api, ct).ConfigureAwait(false);
        return input.Verify
            ? await ReadBack.RunAsync(Outcome("changed"), () => LookAsync(self, wanted, api, ct), api, ct).ConfigureAwait(false)
            : Outcome("changed");
    }

    /// <summary>Everybody who has an identifier; an e-mail address may be several people's where it identifies nobody.</summary>
    private static async Task<JObject[]> OwnersAsync(Person wanted, IApi api, CancellationToken ct)
    {
        if (wanted.Key == "email")
        {
            var byEmail = ApiRequest.Get(ApiName.App, "/v1/customers") with { Query = QueryText.Of(("email", wanted.Value)) };
            return [.. Answers.List(Answers.Object(await api.SendAsync(byEmail, ct).ConfigureAwait(false)), "results").OfType<JObject>()];
        }

        var request = ApiRequest.Post(ApiName.App, "/v1/customers/attributes", new JObject { ["ids"] = new JArray(wanted.Value) }) with
        {
            Query = QueryText.Of(("id_type", wanted.Key)),
            Repeat = Repeat.Safe,
        };
        var found = Answers.List(Answers.Object(await api.SendAsync(request, ct).ConfigureAwait(false)), "customers");
        return [.. found.Select(c => c["customer"]?["identifiers"]).OfType<JObject>()];
    }

    private static Task<ApiResponse> SetAsync(string cioId, Person wanted, IApi api, CancellationToken ct)
    {
        var who = "cio_" + cioId;
        return api.SendAsync(ApiRequest.Put(ApiName.Track, $"/api/v1/customers/{who:id}", new JObject { [wanted.Key] = wanted.Value, ["_update"] = true }), ct);
    }

    private static Task<ApiResponse> MergeAsync(string primary, string secondary, IApi api, CancellationToken ct)
    {
        static JObject Named(string cioId) => new() { ["cio_id"] = cioId };
        var both = new JObject { ["primary"] = Named(primary), ["secondary"] = Named(secondary) };
        return api.SendAsync(ApiRequest.Post(ApiName.Track, "/api/v1/merge_customers", both), ct);
    }

    private static async Task<string> LookAsync(string cioId, Person wanted, IApi api, CancellationToken ct)
    {
        var attributes = await ReadBack.AttributesAsync(Person.Of(cioId, "cio_id", api), api, ct).ConfigureAwait(false);
        return attributes is null ? ReadBack.NotVisibleYet
            : Is(attributes[wanted.Key], wanted) ? ReadBack.Verified
            : await OwnersAsync(wanted, api, ct).ConfigureAwait(false) is { Length: > 0 } owners && !Array.Exists(owners, o => CioId(o) == cioId)
                ? ReadBack.Conflict
            : ReadBack.NotVisibleYet;
    }

    private static async Task<string> LookForMergeAsync(string cioId, IApi api, CancellationToken ct) =>
        await ReadBack.AttributesAsync(Person.Of(cioId, "cio_id", api), api, ct).ConfigureAwait(false) is null ? ReadBack.Verified : ReadBack.NotVisibleYet;

    private static JObject Outcome(string outcome, JObject? owner = null)
    {
        var result = new JObject { ["outcome"] = outcome };
        if (owner is not null)
        {
            result["owner"] = owner;
        }

        return result;
    }

    private static bool Has(JObject? customer, Person wanted) =>
        Is(customer?["attributes"]?[wanted.Key], wanted) || Is(customer?["identifiers"]?[wanted.Key], wanted);

    // A change of letter case alone is one, too.
    private static bool Is(JToken? value, Person wanted) => value is JValue { Value: not null } scalar && ConnectorJson.ScalarText(scalar) == wanted.Value;

    private static string? CioId(JObject? customer, Person named) => CioId(customer?["identifiers"] as JObject) ?? (named.Key == "cio_id" ? named.Value : null);

    private static string? CioId(JObject? identifiers) => identifiers?["cio_id"] is JValue { Value: string { Length: > 0 } cioId } ? Person.Bare(cioId) : null;
}
