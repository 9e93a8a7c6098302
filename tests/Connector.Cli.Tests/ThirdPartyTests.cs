using System.Diagnostics;
using System.Text.RegularExpressions;

namespace CustomerIo.Connector.Cli.Tests;

/// <summary>What others wrote: under licences that ask for nothing but to be named, and named.</summary>
public partial class ThirdPartyTests
{
    // What switches off a look for known weaknesses, or makes less of what one finds.
    [GeneratedRegex("no-audit|audit=false|NuGetAudit|NU190[0-9]")]
    private static partial Regex AuditSwitch();

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
    [TestCase("Connector.Kafka")]
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

    [Test]
    public async Task Audit_WhereverItIsSwitchedOff_HasItsReasonInTheLineBefore()
    {
        if (!Path.Exists(Path.Combine(Repository.Root, ".git")))
        {
            Assert.Ignore("The files of the project are listed by git, and this is no clone.");
        }

        using var git = Process.Start(new ProcessStartInfo("git", ["ls-files"]) { WorkingDirectory = Repository.Root, RedirectStandardOutput = true })!;
        var names = (await git.StandardOutput.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var sources = names.Where(n => Path.GetExtension(n) is ".cs" or ".js" or ".mjs" or ".props" or ".targets" or ".csproj" or ".npmrc" or "" or ".yml");
        var found = 0;
        foreach (var name in sources.Where(n => Path.GetFileName(n) != "ThirdPartyTests.cs" && File.Exists(Path.Combine(Repository.Root, n))))
        {
            var lines = await File.ReadAllLinesAsync(Path.Combine(Repository.Root, name));
            for (var i = 0; i < lines.Length; i++)
            {
                var line = lines[i].TrimStart();
                if (!IsComment(line) && AuditSwitch().IsMatch(line))
                {
                    found++;
                    Assert.That(i > 0 && IsComment(lines[i - 1].TrimStart()), $"{name}, line {i + 1}: {line}");
                }
            }
        }

        Assert.That(found, Is.GreaterThan(5), "the patterns fit what is there");
    }

    private static bool IsComment(string line) =>
        line.StartsWith("//", StringComparison.Ordinal) || line.StartsWith("<!--", StringComparison.Ordinal) || line is ['#' or ';', ..];
}
