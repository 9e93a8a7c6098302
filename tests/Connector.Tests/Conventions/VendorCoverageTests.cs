using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Tests.Conventions;

/// <summary>Every operation of the vendor is requested by an action, as the golden requests show, or named with the reason why not.</summary>
public class VendorCoverageTests
{
    // It requests whatever it is told to.
    private static readonly string[] s_anything = ["raw-request"];

    private static readonly IReadOnlyList<Operation> s_operations = Operation.ReadAll();

    private static readonly ILookup<Operation, string> s_covered = Covered().ToLookup(c => c.Operation, c => c.Action);

    [Test]
    public void Operations_Each_IsCoveredOrNamedWithTheReason()
    {
        foreach (var reason in s_operations.GroupBy(o => o.LaterBy is null ? o.Reason ?? "covered" : "covered").OrderByDescending(g => g.Count()))
        {
            TestContext.Out.WriteLine($"{reason.Count(), 3} {reason.Key}");
        }

        Assert.Multiple(() =>
        {
            Assert.That(s_operations.Select(o => o.Text), Is.Unique.And.Exactly(211).Items, "the vendor's operations of September 2026");
            Assert.That(
                s_operations.Where(o => o.Reason is null && !s_covered.Contains(o)).Select(o => o.Text),
                Is.Empty,
                "no action requests it, and no reason is named"
            );
            Assert.That(
                s_operations.Where(o => o.Reason is not null && s_covered.Contains(o)).Select(o => $"{o.Text} by {string.Join(", ", s_covered[o].Distinct())}"),
                Is.Empty,
                "an action requests it: take its reason away"
            );
            Assert.That(s_operations.Select(o => o.LaterBy).OfType<string>().Distinct(), Is.SubsetOf(Every.ActionId));
        });
    }

    [Test]
    public void GoldenRequests_Each_IsAnOperationOfTheVendor() =>
        Assert.That(
            GoldenRequests().Where(r => !s_anything.Contains(r.Action) && Find(r.Method, r.Url) is null).Select(r => $"{r.Action}: {r.Method} {r.Url}"),
            Is.Empty
        );

    [TestCase("GET", "https://api.customer.io/v1/customers/5/attributes?id_type=id", "app GET /v1/customers/{id}/attributes")]
    [TestCase("POST", "https://api-eu.customer.io/v1/customers/attributes", "app POST /v1/customers/attributes")]
    [TestCase("POST", "https://cdp.customer.io/v1/track", "pipelines POST /v1/track")]
    [TestCase("POST", "https://api.customer.io/v1/track", null)]
    [TestCase("PATCH", "https://api.customer.io/v1/customers/attributes", null)]
    public void Find_Request_IsTheOperationOfItsApiMethodAndPath(string method, string url, string? expected) =>
        Assert.That(Find(method, new Uri(url))?.Text, Is.EqualTo(expected));

    private static Operation? Find(string method, Uri url) => s_operations.Where(o => o.Is(method, url)).MinBy(o => o.Path.Count(c => c == '{'));

    private static IEnumerable<(Operation Operation, string Action)> Covered()
    {
        foreach (var (action, method, url) in GoldenRequests().Where(r => !s_anything.Contains(r.Action)))
        {
            if (Find(method, url) is { } operation)
            {
                yield return (operation, action);
            }
        }
    }

    private static IEnumerable<(string Action, string Method, Uri Url)> GoldenRequests() =>
        from file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests", "Connector.Tests", "Golden"), "*.json").Order(StringComparer.Ordinal)
        from seed in ConnectorJson.ParseObject(File.ReadAllText(file)).Properties()
        from request in (JArray)seed.Value["us"]!
        let line = ((string)request[0]!).Split(' ')
        select (Path.GetFileNameWithoutExtension(file), line[0], new Uri(line[1]));

    private sealed record Operation(string Api, string Method, string Path, string? Reason)
    {
        private readonly string[] _parts = Path.Split('/');

        public string Text => $"{Api} {Method} {Path}";

        /// <summary>The action that requests it after an answer only, which no golden request shows; null for none.</summary>
        public string? LaterBy => Reason?.StartsWith("covered by ", StringComparison.Ordinal) == true ? Reason.Split(' ')[2].TrimEnd(',') : null;

        /// <summary>A line is an operation (API, method, path) and, where no action covers it, a bar and the reason.</summary>
        public static IReadOnlyList<Operation> ReadAll() =>
            [
                .. File.ReadLines(System.IO.Path.Combine(Repository.Root, "tests", "Connector.Tests", "Conventions", "vendor-operations.txt"))
                    .Where(l => l.Length > 0 && l[0] != '#')
                    .Select(l => l.Split(" | "))
                    .Select(l => (Words: l[0].Split(' '), Reason: l.ElementAtOrDefault(1)))
                    .Select(l => new Operation(l.Words[0], l.Words[1], l.Words[2], l.Reason)),
            ];

        public bool Is(string method, Uri url)
        {
            var parts = url.AbsolutePath.Split('/');
            return method == Method
                && url.Host.StartsWith(
                    Api switch
                    {
                        "app" => "api",
                        "pipelines" => "cdp",
                        _ => "track",
                    },
                    StringComparison.Ordinal
                )
                && parts.Length == _parts.Length
                && parts.Zip(_parts).All(p => p.Second.StartsWith('{') ? p.First.Length > 0 : p.First == p.Second);
        }
    }
}
