using System.Net;
using Newtonsoft.Json.Linq;
using RichardSzalay.MockHttp;

namespace CustomerIo.Connector.Tests.Kit;

/// <summary>The one request that a run must make, whole, and its answer. What has an order or takes time is scripted on <see cref="Wire"/>.</summary>
/// <param name="request">Method and URL, such as <c>PUT https://track.customer.io/api/v1/customers/u1</c>.</param>
/// <param name="body">The body, character for character. Default empty: it has none.</param>
/// <param name="answer">The body of the answer. Default an empty object.</param>
internal sealed class Exchange(string request, string body = "", string answer = "{}\n")
{
    public HttpStatusCode Status { get; init; } = HttpStatusCode.OK;

    /// <summary>Runs the action and holds its request against the stated one.</summary>
    public Task<RunResult> RunAsync(string action, string input, RunOptions? options = null, Connection? connection = null) =>
        RunAsync(action, Bench.Json(input), options, connection);

    /// <summary>Runs the action and holds its request against the stated one.</summary>
    public async Task<RunResult> RunAsync(string action, JObject input, RunOptions? options = null, Connection? connection = null)
    {
        using var mock = new MockHttpMessageHandler();
        var text = $"{request}\n{body}";
        mock.Expect("*").With(r => Text(r) == text).Respond(Status, "application/json", answer);
        mock.Fallback.Respond(r => throw new AssertionException($"It sent\n{Text(r)}\n\nand was to send once\n{text}"));
        using var connector = new CustomerIoConnector(
            new CustomerIoConnectorOptions
            {
                Handler = mock,
                Time = FakeTime.Instant(),
                Random = () => 0,
            }
        );
        var result = await connector.RunAsync(action, input, connection ?? Bench.Us, options).WaitAsync(TimeSpan.FromMinutes(1));
        mock.VerifyNoOutstandingExpectation();
        return result;
    }

    // MockHttp asks without awaiting, and the content is at hand.
    private static string Text(HttpRequestMessage r) => $"{r.Method} {r.RequestUri!.AbsoluteUri}\n{r.Content?.ReadAsStringAsync().GetAwaiter().GetResult()}";
}
