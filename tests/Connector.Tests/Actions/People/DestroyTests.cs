using CustomerIo.Connector.Tests.Kit;

namespace CustomerIo.Connector.Tests.Actions.People;

public class DestroyTests
{
    [Test]
    public async Task RunAsync_Id_DeletesWithoutBody()
    {
        using var bench = new Bench(Answer.Ok());
        await bench.RunAsync("destroy", """{"id":"ada@example.com"}""", Bench.Eu);
        Assert.That(
            bench.Wire.Only.Text,
            Is.EqualTo(
                """
                DELETE https://track-eu.customer.io/api/v1/customers/ada%40example.com
                Authorization: Basic c2l0ZS1pZC1vZi10aGUtdGVzdHM6c2VjcmV0LWFwaS1rZXktMDAwMDE=


                """
            )
        );
    }

    [TestCase(".")]
    [TestCase("..")]
    public async Task RunAsync_DotId_IsRefusedAndNothingIsSent(string id)
    {
        using var bench = new Bench();
        var failure = await bench.FailAsync("destroy", $$"""{"id":"{{id}}"}""");
        Assert.That(failure.Kind, Is.EqualTo(FailureKind.Input));
        Assert.That(failure.Problems.Single().Path, Is.EqualTo("/id"));
        Assert.That(bench.Wire.Requests, Is.Empty);
    }
}
