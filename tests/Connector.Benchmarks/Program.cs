using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using CustomerIo.Connector;
using CustomerIo.Connector.Benchmarks;
using CustomerIo.Connector.Benchmarks.Scale;
using CustomerIo.Connector.Values;

// RunAsync beside a bare HttpClient that sends the same request, over a handler that answers at once: what is left is what each costs in the process.
// usage: dotnet run -c Release --project tests/Connector.Benchmarks [-- rounds | events [rounds] | poison connector.dll [latencies [road]]
//   | load connector.dll [requests a second [minutes]] | idle connector.dll [connections] | intake connector.dll postgres-connection
//   | builds connector.dll other/connector.dll | scale | scale check connector.dll postgres-connection]
if (args is ["poison", var tool, ..])
{
    await PoisonBenchmark
        .RunAsync(
            tool,
            args.Length > 2 ? [.. args[2].Split(',').Select(n => int.Parse(n, CultureInfo.InvariantCulture))] : [0, 20],
            args.Length > 3 ? args[3] : ""
        )
        .ConfigureAwait(false);
    return;
}

if (args is ["events", ..])
{
    TranslationBenchmark.Run(args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 9);
    return;
}

if (args is ["load", var served, ..])
{
    await LoadBenchmark
        .SteadyAsync(
            served,
            args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 200,
            args.Length > 3 ? double.Parse(args[3], CultureInfo.InvariantCulture) : 10
        )
        .ConfigureAwait(false);
    return;
}

if (args is ["intake", var taking, var postgres])
{
    await IntakeBenchmark.RunAsync(taking, postgres).ConfigureAwait(false);
    return;
}

if (args is ["builds", var mine, var other])
{
    await BuildsBenchmark.RunAsync(mine, other).ConfigureAwait(false);
    return;
}

if (args is ["scale", "check", var checkedTool, var database])
{
    await ScaleCheck.RunAsync(checkedTool, database).ConfigureAwait(false);
    return;
}

if (args is ["scale"])
{
    ScaleBenchmark.Run();
    return;
}

if (args is ["idle", var asked, ..])
{
    await LoadBenchmark.IdleAsync(asked, args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 10_000).ConfigureAwait(false);
    return;
}

var rounds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 9;
const int runs = 20_000;
var input = Encoding.UTF8.GetBytes(
    """
    {"id":"crm/7+ada@example.com","customerData":{"email":"ada@example.com","first_name":"Ada","created_at":1700000000,"plan":"pro","seats":12,
     "lifetime_value":1234.5,
    "unsubscribed":false,"tags":["pro","cohort-7"],"address":{"city":"London","postal_code":"10001","country":"GB"}}}
    """
);
var connection = new Connection
{
    SiteId = "site",
    ApiKey = "key",
    Region = Region.Us,
    RateLimit = 0,
};
using var answer = new AtOnce();
using var connector = new CustomerIoConnector(new CustomerIoConnectorOptions { Handler = answer });
using var client = new HttpClient(answer);
var body = ConnectorJson.ToBytes(ConnectorJson.ParseObject(input)["customerData"]!);

async Task Connector() => await connector.RunJsonAsync("identify", input, connection).ConfigureAwait(false);

async Task Bare()
{
    using var request = new HttpRequestMessage(HttpMethod.Put, "https://track.customer.io/api/v1/customers/" + Uri.EscapeDataString("crm/7+ada@example.com"))
    {
        Content = new ByteArrayContent(body),
    };
    request.Headers.TryAddWithoutValidation("Authorization", "Basic c2l0ZTprZXk=");
    using var response = await client.SendAsync(request).ConfigureAwait(false);
}

static async Task<(double Microseconds, double Bytes)> Measure(Func<Task> run)
{
    var bytes = GC.GetTotalAllocatedBytes(true);
    var started = Stopwatch.GetTimestamp();
    for (var i = 0; i < runs; i++)
    {
        await run().ConfigureAwait(false);
    }

    return (Stopwatch.GetElapsedTime(started).TotalMicroseconds / runs, (GC.GetTotalAllocatedBytes(true) - bytes) / (double)runs);
}

var samples = new List<((double Microseconds, double Bytes) Connector, (double Microseconds, double Bytes) Bare)>();
for (var round = -3; round < rounds; round++)
{
    var pair = (await Measure(Connector), await Measure(Bare));
    if (round >= 0)
    {
        samples.Add(pair);
    }
}

static double Median(IEnumerable<double> values) => values.Order().ElementAt(values.Count() / 2);

var ours = Median(samples.Select(s => s.Connector.Microseconds));
var bare = Median(samples.Select(s => s.Bare.Microseconds));
Console.WriteLine("identify, one thread, no network            runs/s      us a run    bytes a run");
Console.WriteLine(
    string.Create(
        CultureInfo.InvariantCulture,
        $"connector (parse, check, run)        {1e6 / ours, 14:N0}{ours, 14:F2}{Median(samples.Select(s => s.Connector.Bytes)), 15:N0}"
    )
);
Console.WriteLine(
    string.Create(
        CultureInfo.InvariantCulture,
        $"bare HttpClient (bytes at hand)      {1e6 / bare, 14:N0}{bare, 14:F2}{Median(samples.Select(s => s.Bare.Bytes)), 15:N0}"
    )
);
Console.WriteLine(
    string.Create(
        CultureInfo.InvariantCulture,
        $"ratio                                "
            + $"{"", 14}{Median(samples.Select(s => s.Connector.Microseconds / s.Bare.Microseconds)), 14:F2}"
            + $"{Median(samples.Select(s => s.Connector.Bytes / s.Bare.Bytes)), 15:F2}"
    )
);

/// <summary>Answers every request at once, as Customer.io does when all is well.</summary>
internal sealed class AtOnce : HttpMessageHandler
{
    private static readonly byte[] s_body = "{}\n"u8.ToArray();

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(s_body), RequestMessage = request });
}
