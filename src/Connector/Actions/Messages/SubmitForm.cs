using CustomerIo.Connector.Api;
using CustomerIo.Connector.Track;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Messages;

/// <summary>Records that somebody sent a form: <c>POST /api/v1/forms/{form}/submit</c>.</summary>
internal sealed class SubmitForm : RequestAction<SubmitForm.Input>
{
    private static readonly HashSet<string> s_reserved = ["form_id", "form_name", "form_type", "form_url", "form_url_param"];

    internal sealed record Input(string Form, string? Id, string? Email, JObject Data);

    protected override ApiRequest Request(Input input, IRunContext run)
    {
        var data = new JObject();
        foreach (var (name, value) in input.Data)
        {
            // Every value of a form is a text.
            data[name] = name switch
            {
                "id" => run.Name(ConnectorJson.ScalarText(value!), "data/id"),
                "email" => run.Email(ConnectorJson.ScalarText(value!), "data/email"),
                _ => ConnectorJson.ScalarText(value!),
            };
            if (s_reserved.Contains(name))
            {
                run.Warn($"/data/{name} has no effect: Customer.io ignores this name.");
            }
        }

        foreach (var (name, value) in new[] { ("id", input.Id), ("email", input.Email) })
        {
            if (value is not { Length: > 0 })
            {
                continue;
            }

            if (data.ContainsKey(name))
            {
                run.Warn($"/data/{name} was not sent: another input sets the same field.");
            }

            data[name] = name == "id" ? run.Name(value, name) : run.Email(value, name);
        }

        return data.ContainsKey("id") && data.ContainsKey("email")
            ? throw ConnectorException.Input("/email", "cannot be sent together with an id: Customer.io takes exactly one of them from a form.")
            : ApiRequest.Post(ApiName.Track, $"/api/v1/forms/{run.Name(input.Form, "form"):form}/submit", new JObject { ["data"] = data });
    }
}
