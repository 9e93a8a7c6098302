using CustomerIo.Connector.Tests.Conventions;
using CustomerIo.Connector.Tests.Kit;
using CustomerIo.Connector.Track;

namespace CustomerIo.Connector.Tests.Track;

/// <summary>The kinds of identifier: v1 where its path says the same, else v2.</summary>
public class PersonTests
{
    [TestCase("auto", "u1", "PUT /api/v1/customers/u1")]
    [TestCase("auto", "a b+c/d", "PUT /api/v1/customers/a%20b%2Bc%2Fd")]
    [TestCase("auto", "ada@example.com", "PUT /api/v1/customers/ada%40example.com")]
    [TestCase("auto", "cio_a1", "PUT /api/v1/customers/cio_a1")]
    [TestCase("id", "u1", "PUT /api/v1/customers/u1")]
    [TestCase("id", "ada@example.com", """{"id":"ada@example.com"}""")]
    [TestCase("id", "cio_a1", """{"id":"cio_a1"}""")]
    [TestCase("email", "ada@example.com", "PUT /api/v1/customers/ada%40example.com")]
    [TestCase("email", "ada@localhost", """{"email":"ada@localhost"}""")]
    [TestCase("cio_id", "a1", "PUT /api/v1/customers/cio_a1")]
    [TestCase("cio_id", "cio_a1", "PUT /api/v1/customers/cio_a1")]
    [TestCase("phone", "+43123456789", """{"phone":"+43123456789"}""")]
    public async Task Identify_IdOfAKind_GoesWhereItIsUnderstood(string kind, string id, string expected)
    {
        using var bench = new Bench(Answer.Ok());
        await bench.RunAsync("identify", $$"""{"id":"{{id}}","idType":"{{kind}}"}""");
        var sent = bench.Wire.Only;
        var path = sent.Method + " " + new Uri(sent.Url).AbsolutePath;
        Assert.That(
            path == "POST /api/v2/entity" ? CustomerIo.Connector.Values.ConnectorJson.ToText(Bench.Json(sent.BodyText)["identifiers"]!) : path,
            Is.EqualTo(expected)
        );
    }

    [TestCase("auto", "cio_a", "cio_id a cio_a")]
    [TestCase("auto", "cio_", "id cio_ cio_")]
    [TestCase("auto", "a@b.c", "email a@b.c a@b.c")]
    [TestCase("auto", "a@bc", "id a@bc a@bc")]
    [TestCase("cio_id", "a3", "cio_id a3 cio_a3")]
    [TestCase("cio_id", "cio_a3", "cio_id a3 cio_a3")]
    [TestCase("id", "cio_a", "id cio_a ")]
    [TestCase("email", "a@bc", "email a@bc ")]
    [TestCase("phone", "+12", "phone +12 ")]
    [TestCase("phone", "+123456789012345", "phone +123456789012345 ")]
    public void Of_IdOfAKind_IsTheKeyOfV2AndTheSegmentOfV1(string kind, string id, string expected)
    {
        var person = Person.Of(id, kind, new ItemContext(() => default, _ => "", false));
        Assert.That($"{person.Key} {person.Value} {person.Segment}", Is.EqualTo(expected));
    }

    [TestCase("cio_id", "cio_", "must hold a cio_id, such as a3000001.")]
    [TestCase("phone", "+1", "must be a phone number with plus and country code, such as +43123456789.")]
    [TestCase("phone", "+1234567890123456", "must be a phone number with plus and country code, such as +43123456789.")]
    [TestCase("phone", "+0123", "must be a phone number with plus and country code, such as +43123456789.")]
    [TestCase("phone", "+a123", "must be a phone number with plus and country code, such as +43123456789.")]
    public void Of_WhatCannotBeOfItsKind_SaysWhatItMustBe(string kind, string id, string expected)
    {
        var failure = Assert.Throws<ConnectorException>(() => Person.Of(id, kind, new ItemContext(() => default, _ => "", false), "people/0"))!;
        Assert.That(failure.Problems.Single(), Is.EqualTo(new Problem("/people/0", expected)));
    }

    [TestCase("a@b.c", true)]
    [TestCase("a@b.c.d", true)]
    [TestCase("@b.c", false)]
    [TestCase("a@.c", false)]
    [TestCase("a@.b.c", false)]
    [TestCase("a@b.", false)]
    [TestCase("a@b.c.", false)]
    [TestCase("a@b", false)]
    [TestCase("a.b", false)]
    [TestCase("a.b@c", false)]
    [TestCase("a@b@c.d", false)]
    [TestCase("a b@c.d", false)]
    [TestCase("", false)]
    public void LooksLikeEmail_AsV1TakesIt(string text, bool expected) => Assert.That(Person.LooksLikeEmail(text), Is.EqualTo(expected));

    [TestCase("email", false)]
    [TestCase("id", true)]
    [TestCase(null, true)]
    public void Check_TheKind_SaysWhichGate(string? kind, bool takesAnyName) =>
        Assert.That(Person.Check(kind)("ada", false).Problem is null, Is.EqualTo(takesAnyName));

    [TestCase("x", 150)]
    [TestCase("é", 75)]
    public void Short_AsLongAsMayBe_Passes(string letter, int count)
    {
        var id = string.Concat(Enumerable.Repeat(letter, count));
        Assert.That(Person.Short(id, "identifiers/id"), Is.EqualTo(id));
    }

    [TestCase("x", 151, 151)]
    [TestCase("é", 76, 152)]
    public void Short_Longer_IsRefusedWithItsBytes(string letter, int count, int bytes)
    {
        var failure = Assert.Throws<ConnectorException>(() => Person.Short(string.Concat(Enumerable.Repeat(letter, count)), "identifiers/id"))!;
        var expected = $"is {bytes} bytes long; Customer.io takes identifiers of at most 150.";
        Assert.That(failure.Problems.Single(), Is.EqualTo(new Problem("/identifiers/id", expected)));
    }

    [TestCase("email", "ada")]
    [TestCase("phone", "0123456")]
    [TestCase("phone", "+43 1 234")]
    [TestCase("cio_id", "cio_")]
    [TestCase("id", "..")]
    [TestCase("cio_id", ".")]
    public async Task Destroy_IdThatCannotBeOfItsKind_IsAnInputError(string kind, string id)
    {
        using var bench = new Bench();
        var failure = await bench.FailAsync("destroy", $$"""{"id":"{{id}}","idType":"{{kind}}"}""");
        Assert.That((failure.Kind, failure.Problems.Single().Path), Is.EqualTo((FailureKind.Input, "/id")));
    }

    [TestCase("identify", "{}", """{"type":"person","identifiers":{"phone":"+4312345"},"action":"identify","attributes":{}}""")]
    [TestCase("destroy", "{}", """{"type":"person","identifiers":{"phone":"+4312345"},"action":"delete"}""")]
    [TestCase("suppress", "{}", """{"type":"person","identifiers":{"phone":"+4312345"},"action":"suppress"}""")]
    [TestCase("unsuppress", "{}", """{"type":"person","identifiers":{"phone":"+4312345"},"action":"unsuppress"}""")]
    [TestCase(
        "add-device",
        """{"deviceToken":"t","platform":"ios"}""",
        """{"type":"person","identifiers":{"phone":"+4312345"},"action":"add_device","device":{"token":"t","platform":"ios"}}"""
    )]
    [TestCase(
        "delete-device",
        """{"deviceToken":"t"}""",
        """{"type":"person","identifiers":{"phone":"+4312345"},"action":"delete_device","device":{"token":"t"}}"""
    )]
    [TestCase(
        "track",
        """{"eventName":"n","eventData":{"a":1},"eventId":"01JD8QK3W9W7X2T8Z5N4R6M1CB","timestamp":1769851800}""",
        """{"type":"person","identifiers":{"phone":"+4312345"},"action":"event","name":"n","attributes":{"a":1}"""
            + ""","id":"01JD8QK3W9W7X2T8Z5N4R6M1CB","timestamp":1769851800}"""
    )]
    [TestCase(
        "track-page-view",
        """{"url":"*","eventId":"01JD8QK3W9W7X2T8Z5N4R6M1CB"}""",
        """{"type":"person","identifiers":{"phone":"+4312345"},"action":"page","name":"*","id":"01JD8QK3W9W7X2T8Z5N4R6M1CB"}"""
    )]
    [TestCase(
        "track-screen-view",
        """{"screenName":"s","eventId":"01JD8QK3W9W7X2T8Z5N4R6M1CB"}""",
        """{"type":"person","identifiers":{"phone":"+4312345"},"action":"screen","name":"s","id":"01JD8QK3W9W7X2T8Z5N4R6M1CB"}"""
    )]
    public async Task RunAsync_Phone_IsTheActionsOperationInV2(string action, string input, string expected)
    {
        using var bench = new Bench(Answer.Ok());
        var values = Bench.Json(input);
        (values["id"], values["idType"]) = ("+4312345", "phone");
        await bench.RunAsync(action, values);
        Assert.That(bench.Wire.Only.Method + " " + bench.Wire.Only.Url, Is.EqualTo("POST https://track.customer.io/api/v2/entity"));
        Assert.That(bench.Wire.Only.BodyText, Is.EqualTo(expected));
        if (VendorDescription.Track is { } vendor)
        {
            Assert.That(vendor.Problems(bench.Wire.Only), Is.Empty);
        }
    }

    [Test]
    public async Task RunAsync_OperationBeyond32000Bytes_IsRefusedWithItsSize()
    {
        using var bench = new Bench();
        var failure = await bench.FailAsync(
            "track",
            $$$"""{"id":"+4312345","idType":"phone","eventName":"n","eventData":{"a":"{{{new string('x', 32_000)}}}"}}"""
        );
        Assert.That((failure.Kind, bench.Wire.Requests.Count), Is.EqualTo((FailureKind.Input, 0)));
        Assert.That(failure.Message, Does.Contain("at most 32000"));
    }
}
