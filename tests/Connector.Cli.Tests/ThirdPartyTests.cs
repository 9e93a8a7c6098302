namespace CustomerIo.Connector.Cli.Tests;

/// <summary>What others wrote: under licences that ask for nothing but to be named, and named.</summary>
public class ThirdPartyTests
{
    private static IEnumerable<string> LockFiles =>
        new[] { "src", "tests" }
            .SelectMany(f => Directory.GetDirectories(Path.Combine(Repository.Root, f)))
            .Select(f => Path.Combine(Path.GetRelativePath(Repository.Root, f), "packages.lock.json"))
            .Where(f => File.Exists(Path.Combine(Repository.Root, f)))
            .Order(StringComparer.Ordinal);

    [Test]
    public void Licences_OfWhatIsShipped_AreFreeAndAskForNoSource() =>
        Assert.That(
            LockFiles
                .Where(f => f.StartsWith("src", StringComparison.Ordinal))
                .SelectMany(ThirdParty.Of)
                .Where(p => p.Licence.StartsWith("not allowed", StringComparison.Ordinal))
                .Select(p => $"{p.Id} {p.Version}: {p.Licence}")
                .Distinct(),
            Is.Empty
        );

    // UPDATE_GOLDEN=1 writes them anew.
    [TestCase("Connector.Cli")]
    [TestCase("Connector.Hosts.Mcp")]
    public void Notices_NameEveryPackageOfTheLockFile(string project)
    {
        var file = Path.Combine(Repository.Root, "src", project, "THIRD-PARTY-NOTICES.txt");
        var expected = ThirdParty.NoticesOf(project);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(file, expected);
        }

        Assert.That(File.ReadAllText(file), Is.EqualTo(expected));
    }
}
