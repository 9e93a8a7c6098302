using CustomerIo.Connector.Tests.Kit;

namespace CustomerIo.Connector.Tests.Actions.People;

public class MergePeopleTests
{
    [Test]
    public async Task RunAsync_CioIds_AreSentWithoutTheirPrefix()
    {
        var exchange = new Exchange("POST https://track.customer.io/api/v1/merge_customers", """{"primary":{"cio_id":"a1"},"secondary":{"cio_id":"b2"}}""");
        await exchange.RunAsync("merge-people", """{"primary":"cio_a1","secondary":"cio_b2","secondaryType":"cio_id"}""");
    }

    [Test]
    public async Task RunAsync_SamePersonTwice_IsRefused()
    {
        using var bench = new Bench();
        Assert.That(
            (await bench.FailAsync("merge-people", """{"primary":"cio_a1","secondary":"a1","secondaryType":"cio_id"}""")).Problems.Single().Path,
            Is.EqualTo("/secondary")
        );
    }
}
