using System.Net;
using CustomerIo.Connector.Tests.Kit;

namespace CustomerIo.Connector.Tests.Actions.Messages;

public class MessageTests
{
    [Test]
    public async Task SubmitForm_Fields_AreTextsAndReservedOnesWarnedOf()
    {
        var exchange = new Exchange(
            "POST https://track.customer.io/api/v1/forms/f%201/submit",
            """{"data":{"a":"1","b":"false","form_url":"x","email":"ada@example.com"}}""",
            answer: ""
        )
        {
            Status = HttpStatusCode.NoContent,
        };
        var result = await exchange.RunAsync(
            "submit-form",
            """{"form":"f 1","data":{"a":1,"b":false,"form_url":"x","email":"old@example.com"},"email":"ada@example.com"}"""
        );
        Assert.That(result.Warnings, Has.Count.EqualTo(2));
        Assert.That(result.Data.ToString(), Is.EqualTo("{}"));
    }

    [TestCase("""{"form":"f","data":{},"id":"1","email":"a@b.c"}""")]
    [TestCase("""{"form":"f","data":{"id":"1"},"email":"a@b.c"}""")]
    public async Task SubmitForm_TwoIdentifiers_AreRefused(string input)
    {
        using var bench = new Bench();
        Assert.That((await bench.FailAsync("submit-form", input)).Problems.Single().Path, Is.EqualTo("/email"));
    }

    [TestCase("submit-form", """{"form":"f","data":{"email":"a@b.c"}}""")]
    [TestCase("report-delivery-metric", """{"deliveryId":"d","metric":"opened"}""")]
    public async Task RunAsync_AnswerLost_IsUncertainAndNotSentAgain(string action, string input)
    {
        using var bench = new Bench(Answer.Broken());
        Assert.That((await bench.FailAsync(action, input)).Kind, Is.EqualTo(FailureKind.Uncertain));
        Assert.That(bench.Wire.Requests, Has.Count.EqualTo(1));
    }
}
