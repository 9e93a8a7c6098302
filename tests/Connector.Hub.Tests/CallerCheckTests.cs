using System.Net;
using CustomerIo.Connector.Hub.Listening;
using CustomerIo.Connector.Values;
using Microsoft.AspNetCore.Http;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hub.Tests;

/// <summary>The table of cases that the check's twin in JavaScript passes too.</summary>
public class CallerCheckTests
{
    private static IEnumerable<TestCaseData> Cases =>
        ConnectorJson
            .Parse(File.ReadAllText(Path.Combine(TestContext.CurrentContext.TestDirectory, "caller-cases.json")))
            .Select(c => new TestCaseData(c) { TestName = $"Refusal_{c["what"]}" });

    [TestCaseSource(nameof(Cases))]
    public void Refusal(JObject one)
    {
        var request = new DefaultHttpContext().Request;
        request.Headers.Host = Texts(one["host"]);
        request.Headers.Origin = Texts(one["origin"]);
        foreach (var (header, value) in new[] { ("Sec-Fetch-Site", one["site"]), ("Sec-Fetch-Mode", one["mode"]), ("Sec-Fetch-Dest", one["dest"]) })
        {
            request.Headers[header] = (string?)value;
        }

        var check = new CallerCheck(IPAddress.Parse((string?)one["address"] ?? "127.0.0.1"), Texts(one["names"]));
        Assert.That(check.Refusal(request, Texts(one["pages"])), (bool)one["allowed"]! ? Is.Null : Is.Not.Null);
    }

    private static string[] Texts(JToken? list) => [.. list?.Select(t => (string)t!) ?? []];
}
