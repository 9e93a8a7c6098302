using CustomerIo.Connector.Api;
using CustomerIo.Connector.Track;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Subscriptions;

/// <summary>Changes which topics a person gets: <c>PUT /api/v1/customers/{id}</c>, one key for each topic, or all topics in one.</summary>
internal sealed class SetSubscriptionPreferences : OperationAction<SetSubscriptionPreferences.Input>
{
    internal sealed record Input(string Id, string IdType, JObject Topics, string Mode, bool? Unsubscribed);

    protected override Operation Operation(Input input, IRunContext run)
    {
        var operation = Person.Of(input.Id, input.IdType, run).Operation("identify");
        operation["attributes"] = Attributes(input);
        return operation;
    }

    protected override ApiRequest Request(Input input, IRunContext run) =>
        Person.Of(input.Id, input.IdType, run).Segment is { } segment
            ? ApiRequest.Put(ApiName.Track, $"/api/v1/customers/{segment:id}", Attributes(input))
            : base.Request(input, run);

    private static JObject Attributes(Input input)
    {
        var topics = TopicChoices.Of(input.Topics, "topics");

        // A whole object replaces what was chosen before; a key with dots changes the one topic that it names.
        var attributes =
            input.Mode == "replace"
                ? new JObject { [Gate.Preferences] = new JObject { ["topics"] = topics } }
                : new JObject(topics.Properties().Select(t => new JProperty($"{Gate.Preferences}.topics.{t.Name}", t.Value)));
        if (input.Unsubscribed is { } unsubscribed)
        {
            attributes["unsubscribed"] = unsubscribed;
        }

        return attributes;
    }
}
