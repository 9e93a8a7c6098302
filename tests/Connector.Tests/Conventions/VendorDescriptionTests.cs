using System.Text;
using CustomerIo.Connector.Tests.Kit;

namespace CustomerIo.Connector.Tests.Conventions;

/// <summary>The comparison must be able to fail.</summary>
public class VendorDescriptionTests
{
    [TestCase("PUT", "/api/v1/customers/u1", """{"id":5}""")]
    [TestCase("PUT", "/api/v1/customers/u1", """{"created_at":"yesterday"}""")]
    [TestCase("POST", "/api/v1/customers/u1/events", """{"data":{}}""")]
    [TestCase("POST", "/api/v1/customers/u1/events", """{"type":"page","data":{}}""")]
    [TestCase("POST", "/api/v1/customers/u1/events", """{"name":"x","timestamp":1.5}""")]
    [TestCase("POST", "/api/v1/customers/u1/suppress", "{}")]
    public void Problems_WrongRequest_AreFound(string method, string path, string body) =>
        Assert.That(Vendor().Problems(Request(method, path, body)), Is.Not.Empty);

    [TestCase("PUT", "/api/v1/customers/u1", """{"n":1.5,"list":[1],"o":{"a":null},"none":null}""")]
    [TestCase("POST", "/api/v1/customers/u1/events", """{"type":"screen","name":"home"}""")]
    [TestCase("DELETE", "/api/v1/customers/u1", "")]
    public void Problems_RightRequest_AreNone(string method, string path, string body) => Assert.That(Vendor().Problems(Request(method, path, body)), Is.Empty);

    [TestCase("PATCH", "/api/v1/customers/u1")]
    [TestCase("GET", "/api/v1/nowhere")]
    public void Knows_UndescribedRequest_IsFalse(string method, string path) => Assert.That(Vendor().Knows(Request(method, path, "")), Is.False);

    private static VendorDescription Vendor()
    {
        if (VendorDescription.Track is null)
        {
            Assert.Ignore("The vendor's OpenAPI file is not at hand (../shared/spec beside the repository).");
        }

        return VendorDescription.Track!;
    }

    private static WireRequest Request(string method, string path, string body) =>
        new(
            method,
            "https://track.customer.io" + path,
            body.Length == 0 ? [] : [KeyValuePair.Create("Content-Type", "application/json")],
            Encoding.UTF8.GetBytes(body)
        );
}
