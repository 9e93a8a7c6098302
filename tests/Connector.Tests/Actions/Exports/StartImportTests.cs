using CustomerIo.Connector.Tests.Kit;

namespace CustomerIo.Connector.Tests.Actions.Exports;

public class StartImportTests
{
    private const string Begin = """{"name":"n","dataFileUrl":"https://example.com/a.csv","type":""";

    [TestCase("\"people\"", "/identifier")]
    [TestCase("\"people\",\"identifier\":\"cio_id\"", "/identifier")]
    [TestCase("\"object\",\"identifier\":\"id\"", "/identifier")]
    [TestCase("\"object\"", "/objectTypeId")]
    [TestCase("\"event\",\"identifier\":\"id\",\"objectTypeId\":\"1\"", "/objectTypeId")]
    [TestCase("\"event\",\"identifier\":\"id\",\"dataToProcess\":\"only_new\"", "/dataToProcess")]
    public async Task StartImport_WhatDoesNotGoWithTheType_IsRefused(string more, string path)
    {
        using var bench = new Bench();
        Assert.That((await bench.FailAsync("start-import", Begin + more + "}")).Problems.Single().Path, Is.EqualTo(path));
    }

    [Test]
    public async Task StartImport_OfUnknownEnd_IsNotRepeated()
    {
        using var bench = new Bench(Answer.Broken());
        var failure = await bench.FailAsync("start-import", Begin + "\"relationship\",\"identifier\":\"cio_id\"}");
        Assert.That((failure.Kind, bench.Wire.Requests.Count), Is.EqualTo((FailureKind.Uncertain, 1)));
        Assert.That(failure.Message, Does.Contain("an import of this name"));
    }
}
