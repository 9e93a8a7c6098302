using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Subscriptions;

/// <summary>Which topics somebody wants, by <c>topic_1</c> or <c>1</c>, as inputs name them.</summary>
internal static class TopicChoices
{
    /// <summary>The choices by <c>topic_1</c>, as Customer.io names them.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: a name is no topic's, or one topic stands there twice.</exception>
    public static JObject Of(JObject topics, string input)
    {
        var all = new JObject();
        foreach (var (topic, wanted) in topics)
        {
            var number = topic.StartsWith("topic_", StringComparison.Ordinal) ? topic[6..] : topic;
            if (number.Length is 0 or > 18 || !number.All(char.IsAsciiDigit) || !all.TryAdd("topic_" + number, wanted))
            {
                throw ConnectorException.Input(
                    $"/{input}/{Names.Escape(topic)}",
                    "must be the number of a topic, such as topic_1 or 1, and stand here once; names are not taken."
                );
            }
        }

        return all;
    }
}
