using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Messages;

/// <summary>Sends a transactional WhatsApp message: <c>POST /v1/send/whatsapp</c>.</summary>
internal sealed class SendWhatsapp() : Transactional<PhoneMessage>("whatsapp")
{
    protected override void Fill(PhoneMessage input, Action<string, JToken?> set, List<Problem> problems) => input.Fill(set, problems);
}
