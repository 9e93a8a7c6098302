using System.Text.RegularExpressions;

namespace CustomerIo.Connector.Tests.Translation;

/// <summary>Each promise of the two pages, by its number: tested, or explained in docs/events.md.</summary>
public partial class PromiseTests
{
    [TestCase("RS", 16)]
    [TestCase("SG", 19)]
    public void EveryPromise_IsTestedOrExplained(string page, int count)
    {
        var rows = File.ReadLines(Path.Combine(Repository.Root, "docs", "events.md"))
            .Select(l => l.Split('|', StringSplitOptions.TrimEntries))
            .Where(c => c.Length == 5 && Number().IsMatch(c[1]))
            .SelectMany(c => Number().Matches(c[1]).Select(m => (Number: m.Value, Here: c[3])))
            .Where(r => r.Number.StartsWith(page, StringComparison.Ordinal))
            .ToLookup(r => r.Number, r => r.Here);
        var tests = Directory
            .EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*Tests.cs", SearchOption.AllDirectories)
            .SelectMany(f => Method().Matches(File.ReadAllText(f)).SelectMany(m => Number().Matches(m.Groups["name"].Value)).Select(m => m.Value))
            .ToHashSet();
        Assert.Multiple(() =>
        {
            foreach (var number in Enumerable.Range(1, count).Select(n => $"{page}{n}"))
            {
                Assert.That(rows[number].Count(), Is.EqualTo(1), $"docs/events.md has one row for {number}");
                Assert.That(
                    rows[number].Single().StartsWith("tested", StringComparison.Ordinal),
                    Is.EqualTo(tests.Contains(number)),
                    $"{number}: the row begins with \"tested\" exactly if a test has it in its name"
                );
                Assert.That(rows[number].Single(), Does.StartWith("tested").Or.StartsWith("does not apply"), number);
            }
        });
    }

    [GeneratedRegex("(RS|SG)[0-9]+", RegexOptions.ExplicitCapture)]
    private static partial Regex Number();

    [GeneratedRegex(@"public (async Task|void) (?<name>((RS|SG)[0-9]+_)+)", RegexOptions.ExplicitCapture)]
    private static partial Regex Method();
}
