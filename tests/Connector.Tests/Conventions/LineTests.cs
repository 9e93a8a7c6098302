namespace CustomerIo.Connector.Tests.Conventions;

/// <summary>The sources fit on a screen.</summary>
public class LineTests
{
    private const int Max = 160;
    private static readonly string[] s_written = [".cs", ".js", ".mjs", ".sh", ".ts"];
    private static readonly string[] s_generated = ["bin", "obj", "dist", "node_modules", "model.js", "fields.ts", "operations.ts", "trigger.ts"];

    [Test]
    public void Sources_All_HaveNoLineOver160Columns()
    {
        var files = new[] { "src", "tests" }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*", SearchOption.AllDirectories))
            .Where(file => s_written.Contains(Path.GetExtension(file)) && !file.Split(Path.DirectorySeparatorChar).Intersect(s_generated).Any())
            .ToArray();
        Assert.That(files, Has.Length.GreaterThan(400), "the sources were found");
        var wide = files.SelectMany(file =>
            File.ReadLines(file)
                .Select((line, i) => (line.EnumerateRunes().Count(), $"{Path.GetRelativePath(Repository.Root, file)}:{i + 1}"))
                .Where(line => line.Item1 > Max)
                .Select(line => line.Item2)
        );
        Assert.That(wide, Is.Empty);
    }
}
