using CustomerIo.Connector.Tests.Kit;
using CustomerIo.Connector.Translation;
using Microsoft.Extensions.DependencyInjection;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Tests;

/// <summary>The example that the README quotes, run as it stands there: keys and host come from the environment.</summary>
[NonParallelizable]
public class ReadmeExample
{
    private static async Task<string> RunAsync()
    {
        // <snippet>
        var services = new ServiceCollection();
        services.AddCustomerIoConnector();
        await using var provider = services.BuildServiceProvider();

        var customerIo = provider.GetRequiredService<CustomerIoConnector>();
        var connection = Connection.FromEnvironment();
        try
        {
            var input = new JObject
            {
                ["id"] = "u1",
                ["customerData"] = new JObject { ["plan"] = "pro" },
            };
            var result = await customerIo.RunAsync("identify", input, connection);
            return $"{result.Request.Method} {result.Request.Url}: {result.Request.HttpStatus}";
        }
        catch (ConnectorException e)
        {
            // The kind says who acts: input, connection, rejected, rateLimited, unavailable, uncertain or cancelled.
            return $"{e.KindName}: {e.Message}";
        }

        // </snippet>
    }

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

    [Test]
    public async Task Example_KeysSet_SendsThePerson()
    {
        await using var peer = new TcpPeer(async p =>
        {
            await p.ReadAsync();
            await p.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: 3\r\n\r\n{}\n");
        });
        using var environment = new Variables(("CUSTOMERIO_SITE_ID", "s"), ("CUSTOMERIO_API_KEY", "k"), ("CUSTOMERIO_BASE_URL", peer.Origin));
        Assert.That(await RunAsync(), Is.EqualTo($"PUT {peer.Origin}/api/v1/customers/u1: 200"));
        Assert.That(peer.Requests.Single(), Does.StartWith("PUT /api/v1/customers/u1 HTTP/1.1").And.EndsWith("""{"plan":"pro"}"""));
    }

    [Test]
    public async Task Example_NoKeys_SaysWhichToSet()
    {
        using var environment = new Variables();
        Assert.That(await RunAsync(), Does.StartWith("connection: The Site ID and the API key are not set. Set CUSTOMERIO_SITE_ID and CUSTOMERIO_API_KEY"));
    }

    /// <summary>The connection's environment variables, for the length of a test.</summary>
    private sealed class Variables : IDisposable
    {
        private static readonly string[] s_names =
        [
            "CUSTOMERIO_SITE_ID",
            "CUSTOMERIO_API_KEY",
            "CUSTOMERIO_APP_API_KEY",
            "CUSTOMERIO_PIPELINES_API_KEY",
            "CUSTOMERIO_REGION",
            "CUSTOMERIO_BASE_URL",
            "CUSTOMERIO_RATE_LIMIT",
            "CUSTOMERIO_TOTAL_TIMEOUT",
        ];
        private readonly Dictionary<string, string?> _before = s_names.ToDictionary(n => n, Environment.GetEnvironmentVariable);

        public Variables(params (string Name, string Value)[] set)
        {
            foreach (var name in s_names)
            {
                Environment.SetEnvironmentVariable(name, set.FirstOrDefault(s => s.Name == name).Value);
            }
        }

        public void Dispose()
        {
            foreach (var (name, value) in _before)
            {
                Environment.SetEnvironmentVariable(name, value);
            }
        }
    }
}
