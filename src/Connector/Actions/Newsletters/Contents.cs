using CustomerIo.Connector.Api;

namespace CustomerIo.Connector.Actions.Newsletters;

/// <summary>Paths of what a newsletter says.</summary>
internal static class Contents
{
    /// <summary>The path of one variant, or of one language, also of a test group; null where none is given.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: more than one is given.</exception>
    public static string? Path(string newsletter, string? content, string? language, string? testGroup)
    {
        if (content is not null && language is not null)
        {
            throw ConnectorException.Input("/language", "cannot be used together with Content: a variant has its own language.");
        }

        if (testGroup is not null && language is null)
        {
            throw ConnectorException.Input("/testGroup", "needs Language: it names the group whose translation is meant.");
        }

        if (content is not null)
        {
            return ApiPath.Of($"/v1/newsletters/{newsletter:newsletter}/contents/{content:content}");
        }

        return language is null ? null
            : testGroup is null ? ApiPath.Of($"/v1/newsletters/{newsletter:newsletter}/language/{language:language}")
            : ApiPath.Of($"/v1/newsletters/{newsletter:newsletter}/test_group/{testGroup:testGroup}/language/{language:language}");
    }
}
