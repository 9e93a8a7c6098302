using CustomerIo.Connector.Api;
using CustomerIo.Connector.Track;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Imports;

/// <summary>Lets Customer.io import a CSV file by its address: <c>POST /v1/imports</c>.</summary>
internal sealed class StartImport : RequestAction<StartImport.Input>
{
    internal sealed record Input(
        string Name,
        string DataFileUrl,
        string Type,
        string? Identifier,
        string? ObjectTypeId,
        string DataToProcess,
        string? Description
    );

    protected override ApiRequest Request(Input input, IRunContext run)
    {
        var isOfObjects = input.Type == "object";
        Check(
            input.Identifier is null == isOfObjects,
            "identifier",
            isOfObjects ? "does not go with objects." : "is required: say which column names the person."
        );
        Check(
            input.ObjectTypeId is not null == isOfObjects,
            "objectTypeId",
            isOfObjects ? "is required: say of which type the objects are." : "goes with objects only."
        );
        Check(input.Identifier != "cio_id" || input.Type == "relationship", "identifier", "can be cio_id for relationships only.");
        Check(input.DataToProcess != "only_new" || input.Type != "event", "dataToProcess", "cannot be only_new for events.");

        var import = new JObject { ["name"] = run.Name(input.Name, "name"), ["data_file_url"] = input.DataFileUrl };
        foreach (
            var (name, value) in new[]
            {
                ("type", input.Type),
                ("identifier", input.Identifier),
                ("object_type_id", input.ObjectTypeId),
                ("data_to_process", input.DataToProcess),
                ("description", input.Description),
            }
        )
        {
            if (value is { Length: > 0 })
            {
                import[name] = value;
            }
        }

        return ApiRequest.Post(ApiName.App, "/v1/imports", new JObject { ["import"] = import }) with
        {
            LookFor = "an import of this name",
        };
    }

    private static void Check(bool holds, string input, string message)
    {
        if (!holds)
        {
            throw ConnectorException.Input("/" + input, message);
        }
    }
}
