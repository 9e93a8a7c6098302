using CustomerIo.Connector.Api;
using CustomerIo.Connector.Track;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.People;

/// <summary>Joins an anonymous visitor's events to a person: <c>PUT /api/v1/customers/{id}</c> with <c>anonymous_id</c>.</summary>
internal sealed class LinkAnonymous : OperationAction<LinkAnonymous.Input>
{
    internal sealed record Input(string Id, string IdType, string AnonymousId, bool CreatePerson);

    protected override Operation Operation(Input input, IRunContext run)
    {
        var operation = Person.Of(input.Id, input.IdType, run).Operation("identify");
        operation["attributes"] = Attributes(input, run);
        return operation;
    }

    protected override ApiRequest Request(Input input, IRunContext run) =>
        Person.Of(input.Id, input.IdType, run).Segment is { } segment
            ? ApiRequest.Put(ApiName.Track, $"/api/v1/customers/{segment:id}", Attributes(input, run))
            : base.Request(input, run);

    private static JObject Attributes(Input input, IRunContext run)
    {
        var attributes = new JObject { ["anonymous_id"] = run.Name(input.AnonymousId, "anonymousId") };
        if (!input.CreatePerson)
        {
            attributes["_update"] = true;
        }

        return attributes;
    }
}
