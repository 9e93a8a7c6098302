using System.Text.RegularExpressions;

namespace CustomerIo.Connector.Tests.Conventions;

/// <summary>One file for each language asks which system it runs on; whatever differs goes through that file, so that both branches are tested.</summary>
public partial class PlatformUseTests
{
    private const string Ban = "#pragma warning disable RS0030";

    [Test]
    public void CSharp_WhatBannedSymbolsKeepForPlatform_IsAllowedNowhereElse()
    {
        // The build refuses banned symbols, so what remains is who is exempt.
        var exempt = Sources("*.cs").Where(f => File.ReadAllText(f).Contains(Ban, StringComparison.Ordinal)).Select(Shown);
        Assert.That(exempt, Is.EquivalentTo(new[] { "src/Connector/Values/Platform.cs", "src/Connector.Pipelines/Stores/SqliteFile.cs" }));
        var banned = File.ReadLines(Path.Combine(Repository.Root, "src", "BannedSymbols.txt")).Select(l => l.Split(';')[0]).ToArray();
        foreach (var symbol in (string[])["T:System.OperatingSystem", "T:System.IO.UnixFileMode", "P:System.Environment.NewLine"])
        {
            Assert.That(banned, Does.Contain(symbol));
        }
    }

    [Test]
    public void CSharp_EveryBannedSymbol_IsOne()
    {
        // A name that is spelled wrong would ban nothing.
        var unknown = File.ReadLines(Path.Combine(Repository.Root, "src", "BannedSymbols.txt"))
            .Select(line => line.Split(';')[0])
            .Where(symbol => !Exists(symbol[2..].Split('(')[0].Replace("#ctor", ".ctor"), symbol[0]));
        Assert.That(unknown, Is.Empty);
    }

    [Test]
    public void JavaScript_WhatDependsOnTheSystem_StandsInPlatformAlone()
    {
        // What builds a package runs on a developer's machine, and is in none.
        var others = Sources("*.js").Concat(Sources("*.ts")).Where(f => !Shown(f).Contains("/build/")).ToArray();
        Assert.That(others.Select(Shown), Does.Contain("src/Connector.Hosts.NodeRed/mcp-client.js"), "the sources were found");
        var asking = others
            .Where(f => Shown(f) != "src/Connector.Hosts.NodeRed/platform.js")
            .SelectMany(f => Asks().Matches(File.ReadAllText(f)).Select(m => $"{Shown(f)}: {m.Value}"));
        Assert.That(asking, Is.Empty);
    }

    [TestCase("if (process.platform === 'win32')")]
    [TestCase("const { spawn } = require('node:child_process');")]
    [TestCase("import { EOL } from 'os';")]
    [TestCase("child.kill('SIGTERM')")]
    [TestCase("text.split(path.sep)")]
    [TestCase("os.EOL")]
    [TestCase("fs.chmodSync(file, 0o600)")]
    [TestCase("process.on('SIGINT', end)")]
    public void JavaScript_AQuestion_IsFound(string code) => Assert.That(Asks().IsMatch(code));

    [GeneratedRegex(@"process\.platform|os\.platform\(|child_process|from '(node:)?os'|\bEOL\b|path\.(sep|delimiter|win32|posix)\b|\.kill\(|'SIG[A-Z]+'|chmod")]
    private static partial Regex Asks();

    private static IEnumerable<string> Sources(string pattern) =>
        Directory
            .EnumerateFiles(Path.Combine(Repository.Root, "src"), pattern, SearchOption.AllDirectories)
            .Where(f => !Shown(f).Split('/').Intersect(["bin", "obj", "dist", "node_modules", "runner"]).Any());

    private static string Shown(string file) => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/');

    private static bool Exists(string name, char kind)
    {
        var all = AppDomain.CurrentDomain.GetAssemblies().Append(typeof(System.Diagnostics.Process).Assembly).ToArray();
        Type? Find(string type) => all.Select(a => a.GetType(type)).FirstOrDefault(t => t is not null);
        var dot = name.EndsWith("..ctor", StringComparison.Ordinal) ? name.Length - 6 : name.LastIndexOf('.');
        return kind == 'T' ? Find(name) is not null : Find(name[..dot])?.GetMember(name[(dot + 1)..]).Length > 0;
    }
}
