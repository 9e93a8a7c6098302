using CustomerIo.Connector.Tests.Kit;
using CustomerIo.Connector.Translation;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Tests;

/// <summary>The examples that docs/dotnet.md quotes, run as they stand there; its whole program is run by the tests of the packages.</summary>
public class ReadmeExample
{
    private static async Task<int> RunManyAsync(CustomerIoConnector customerIo, Connection connection, IAsyncEnumerable<JObject> people)
    {
        // <snippet>
        var accepted = 0;
        await foreach (var item in customerIo.RunBatchAsync("identify", people, connection))
        {
            if (item.Failure is null)
            {
                accepted++;
            }
            else
            {
                Console.Error.WriteLine($"Item {item.Index}: {item.Failure.Message}");
            }
        }

        // </snippet>
        return accepted;
    }

    private static string Translated()
    {
        // <snippet>
        var translator = new EventTranslator(new EventTranslatorOptions { Profile = "segment" });
        var message = JObject.Parse("""{"type":"track","userId":"u1","event":"Order Completed","messageId":"m1"}""");
        var requests = translator.Translate(message).Requests.Select(r => $"{r.Method} {r.Path}");

        // </snippet>
        return string.Join('\n', requests);
    }

    [Test]
    public async Task ExampleOfMany_People_AreSentTogether()
    {
        using var bench = new Bench(Answer.Ok());
        var people = Enumerable.Range(0, 3).Select(i => new JObject { ["id"] = $"u{i}" }).ToAsyncEnumerable();
        Assert.That(await RunManyAsync(bench.Connector, Bench.Us, people), Is.EqualTo(3));
        Assert.That(bench.Wire.Only.Url, Is.EqualTo("https://track.customer.io/api/v2/batch"));
    }

    [Test]
    public void ExampleOfTranslation_Event_IsShown() => Assert.That(Translated(), Is.EqualTo("POST /api/v2/entity"));
}
