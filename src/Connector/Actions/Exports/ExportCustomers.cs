using CustomerIo.Connector.Api;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Exports;

/// <summary>Begins an export of people: <c>POST /v1/exports/customers</c>.</summary>
internal sealed class ExportCustomers : RequestAction<ExportCustomers.Input>
{
    internal sealed record Input(JObject Filter, IReadOnlyList<string>? Attributes);

    protected override ApiRequest Request(Input input, IRunContext run)
    {
        var body = new JObject { ["filters"] = input.Filter };
        if (input.Attributes is { Count: > 0 } attributes)
        {
            body["attributes"] = new JArray(attributes);
        }

        return ApiRequest.Post(ApiName.App, "/v1/exports/customers", body) with
        {
            LookFor = "a new export",
        };
    }
}
