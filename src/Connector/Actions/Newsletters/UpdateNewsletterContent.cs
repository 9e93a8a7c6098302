using CustomerIo.Connector.Api;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Newsletters;

/// <summary>Changes what a newsletter says: <c>PUT /v1/newsletters/{id}/contents/{content}</c>, one language, or a language more.</summary>
internal sealed class UpdateNewsletterContent : RequestAction<UpdateNewsletterContent.Input>
{
    internal sealed record Input(
        string Newsletter,
        string? Content,
        string? Language,
        string? TestGroup,
        bool Add,
        string? Subject,
        string? Body,
        string? BodyPlain,
        string? BodyAmp,
        string? Preheader,
        string? From,
        string? ReplyTo,
        JArray? Headers
    ) : IContentInput;

    protected override ApiRequest Request(Input input, IRunContext run)
    {
        var path = Contents.Path(input.Newsletter, input.Content, input.Language, input.TestGroup);
        if (!input.Add)
        {
            if (input.BodyPlain is not null)
            {
                throw ConnectorException.Input("/bodyPlain", "goes with Add Language only; otherwise Customer.io makes it from Body.");
            }

            return ApiRequest.Put(
                ApiName.App,
                path ?? throw ConnectorException.Input("/content", "must be given, or Language in its place."),
                MessageContent.Of(input)
            );
        }

        if (input.Language is null)
        {
            throw ConnectorException.Input("/language", "must be given to add one.");
        }

        (string Name, object? Value)[] later = [("from", input.From), ("replyTo", input.ReplyTo), ("headers", input.Headers)];
        if (Array.Find(later, l => l.Value is not null) is { Name: { } name })
        {
            throw ConnectorException.Input("/" + name, "cannot be set while a language is added; change it afterwards.");
        }

        var body = MessageContent.Of(input, ("language", input.Language), ("body_plain", input.BodyPlain));
        return input.TestGroup is { } group
            ? ApiRequest.Post(ApiName.App, $"/v1/newsletters/{input.Newsletter:newsletter}/test_group/{group:testGroup}/language", body)
            : ApiRequest.Post(ApiName.App, $"/v1/newsletters/{input.Newsletter:newsletter}/language", body);
    }
}
