using CustomerIo.Connector.Api;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Messages;

/// <summary>Changes what a transactional message says: <c>PUT /v1/transactional/{id}/content/{content}</c>, or one language.</summary>
internal sealed class UpdateTransactionalContent : RequestAction<UpdateTransactionalContent.Input>
{
    internal sealed record Input(
        string Message,
        string? Content,
        string? Language,
        string? Subject,
        string? Body,
        string? BodyAmp,
        string? Preheader,
        string? From,
        string? ReplyTo,
        JArray? Headers
    ) : IContentInput;

    protected override ApiRequest Request(Input input, IRunContext run)
    {
        MessageContent.OneOf(("content", input.Content), ("language", input.Language));

        // Where it is changed the path says "content", and "contents" where it is read.
        return ApiRequest.Put(
            ApiName.App,
            input.Content is not null
                ? ApiPath.Of($"/v1/transactional/{input.Message:message}/content/{input.Content:content}")
                : ApiPath.Of($"/v1/transactional/{input.Message:message}/language/{input.Language!:language}"),
            MessageContent.Of(input)
        );
    }

    // The changed variant comes in a list.
    protected override JToken Output(ApiResponse response, Input input) =>
        new JObject { ["content"] = Answers.One(Answers.Object(response), "content").FirstOrDefault()?.DeepClone() };
}
