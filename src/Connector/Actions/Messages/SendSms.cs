using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Messages;

/// <summary>Sends a transactional SMS: <c>POST /v1/send/sms</c>.</summary>
internal sealed class SendSms() : Transactional<PhoneMessage>("sms")
{
    protected override void Fill(PhoneMessage input, Action<string, JToken?> set, List<Problem> problems) => input.Fill(set, problems);
}
