using CustomerIo.Connector.Api;
using CustomerIo.Connector.Bulk;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.People;

/// <summary>Moves one person's data to another and deletes the first: <c>POST /api/v1/merge_customers</c>.</summary>
internal sealed class MergePeople : OperationAction<MergePeople.Input>
{
    internal sealed record Input(string Primary, string PrimaryType, string Secondary, string SecondaryType);

    protected override Operation Operation(Input input, IApi api)
    {
        var both = Both(input);
        return new Operation("person", "merge") { ["primary"] = both["primary"], ["secondary"] = both["secondary"] };
    }

    protected override ApiRequest Request(Input input, IApi api) => ApiRequest.Post(ApiName.Track, "/api/v1/merge_customers", Both(input));

    private static JObject Both(Input input)
    {
        var primary = Person.Of(input.Primary, input.PrimaryType, "primary").Identifiers;
        var secondary = Person.Of(input.Secondary, input.SecondaryType, "secondary").Identifiers;
        return JToken.DeepEquals(primary, secondary)
            ? throw ConnectorException.Input("/secondary", "names the same person as Primary; there is nothing to merge.")
            : new JObject { ["primary"] = primary, ["secondary"] = secondary };
    }
}
