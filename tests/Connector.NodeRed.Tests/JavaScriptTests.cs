namespace CustomerIo.Connector.NodeRed.Tests;

public sealed class JavaScriptTests
{
    private static IEnumerable<string> Files => Directory.GetFiles(Repo.Node, "*.test.js").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal);

    [TestCaseSource(nameof(Files))]
    public async Task Node_TestFile_Passes(string file)
    {
        var output = await Command.RunAsync(Repo.Node, "node", ["--test", "--test-reporter=tap", file], new() { ["CUSTOMERIO_PACKAGE"] = Repo.Package });
        Assert.That(output, Does.Contain("# fail 0").And.Not.Contain("# pass 0"), output);
        TestContext.Out.WriteLine(output.Split('\n').First(l => l.StartsWith("# pass", StringComparison.Ordinal)));
    }
}
