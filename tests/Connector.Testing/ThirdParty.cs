using System.Text;
using System.Xml.Linq;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Testing;

/// <summary>The packages of others that a project brings along, read from its lock file, and what their authors want to be said of them.</summary>
public static class ThirdParty
{
    /// <summary>The licences that a dependency may have; of a choice, the one that we take.</summary>
    private static readonly Dictionary<string, string> s_allowed = new(StringComparer.Ordinal)
    {
        ["MIT"] = "MIT",
        ["Apache-2.0"] = "Apache-2.0",
        ["BSD-2-Clause"] = "BSD-2-Clause",
        ["BSD-3-Clause"] = "BSD-3-Clause",
        ["PostgreSQL"] = "PostgreSQL",
        ["MS-PL OR Apache-2.0"] = "Apache-2.0",
        ["Apache-2.0 OR MPL-2.0"] = "Apache-2.0",
    };

    /// <summary>Packages whose licence is a file of their own that says that the code is in the public domain.</summary>
    private static readonly string[] s_publicDomain = ["SourceGear.sqlite3"];

    /// <summary>Packages that bring their licences as a file without naming them: the strictest of it.</summary>
    private static readonly Dictionary<string, string> s_unnamed = new(StringComparer.Ordinal) { ["librdkafka.redist"] = "BSD-2-Clause" };

    private static string Folder { get; } =
        Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    /// <summary>The packages of a lock file, those that only the build uses too.</summary>
    /// <param name="lockFile">Its path below the repository.</param>
    public static IReadOnlyList<Package> Of(string lockFile) =>
        [
            .. ConnectorJson.ParseObject(File.ReadAllText(Path.Combine(Repository.Root, lockFile)))["dependencies"]!
                .Children<JProperty>()
                .Where(f => !f.Name.Contains('/'))
                .SelectMany(f => ((JObject)f.Value).Properties())
                .Where(p => (string?)p.Value["type"] != "Project")
                .Select(p => Read(p.Name, (string)p.Value["resolved"]!))
                .OrderBy(p => p.Id, StringComparer.Ordinal),
        ];

    /// <summary>THIRD-PARTY-NOTICES.txt of a project.</summary>
    /// <param name="project">Its folder below <c>src</c>.</param>
    public static string NoticesOf(string project)
    {
        var packages = Of($"src/{project}/packages.lock.json").Where(p => p.Files.Count > 0).ToArray();
        var text = new StringBuilder("This package contains the following software of others.\n");
        foreach (var package in packages)
        {
            text.Append($"\n{package.Id} {package.Version}\n    {package.Licence}; {package.Copyright}\n");
        }

        foreach (var licence in packages.GroupBy(p => Normalised(TextOf(p)), StringComparer.Ordinal).OrderBy(g => g.First().Id, StringComparer.Ordinal))
        {
            Section(text, licence, licence.Key);
        }

        text.Append("\nSome of this software contains or names further works, for which its authors give these notices.\n");
        foreach (var notice in packages.Where(p => p.Notices is not null).GroupBy(p => Normalised(p.Notices!), StringComparer.Ordinal))
        {
            Section(text, notice, notice.Key);
        }

        return text.ToString();
    }

    /// <summary>Holds a bill of materials against a lock file: the same packages in the same versions, without what only the build uses.</summary>
    /// <param name="bill">CycloneDX.</param>
    /// <param name="lockFile">Its path below the repository.</param>
    public static void IsBillOf(JObject bill, string lockFile)
    {
        var packages = Of(lockFile);
        Assert.That(packages, Is.Not.Empty);
        Assert.That(
            bill["components"]!.Select(c => $"{c["name"]} {c["version"]} {c["scope"]}"),
            Is.EquivalentTo(packages.Select(p => $"{p.Id} {p.Version} {(p.IsOfTheBuild ? "excluded" : "required")}"))
        );
        Assert.That(
            bill["components"]!.Where(c => c["hashes"]?.HasValues != true || c["licenses"]?.HasValues != true).Select(c => (string?)c["name"]),
            Is.SubsetOf(s_publicDomain)
        );
    }

    private static void Section(StringBuilder text, IEnumerable<Package> packages, string content) =>
        text.Append($"\n{new string('-', 80)}\n{string.Join(", ", packages.Select(p => p.Id))}\n{new string('-', 80)}\n\n{content}\n");

    private static string Normalised(string text) => string.Join('\n', text.TrimStart('\uFEFF').Split('\n').Select(l => l.TrimEnd())).Trim('\n');

    /// <summary>The licence in its package, else the text that all who name the licence mean: the shortest has nothing beside it.</summary>
    private static string TextOf(Package package) =>
        package.Text
        ?? package.Licence switch
        {
            "MIT" => $"{package.Copyright}\n\n{OwnLicence()}",
            "Apache-2.0" => Of("src/Connector.Cli/packages.lock.json")
                .Where(p => p is { Licence: "Apache-2.0", Text: not null })
                .MinBy(p => p.Text!.Length)!
                .Text!,
            "PostgreSQL" => PostgreSql(package.Copyright),
            _ => throw new InvalidOperationException($"{package.Id} brings no text of its licence {package.Licence}."),
        };

    // The MIT licence of our own, from its first sentence.
    private static string OwnLicence()
    {
        var own = File.ReadAllText(Path.Combine(Repository.Root, "LICENSE"));
        return own[own.IndexOf("Permission is hereby granted", StringComparison.Ordinal)..];
    }

    private static string PostgreSql(string copyright) =>
        $"""
            {copyright}

            Permission to use, copy, modify, and distribute this software and its documentation for any purpose, without fee, and without a written agreement
            is hereby granted, provided that the above copyright notice and this paragraph and the following two paragraphs appear in all copies.

            IN NO EVENT SHALL THE NPGSQL DEVELOPMENT TEAM BE LIABLE TO ANY PARTY FOR DIRECT, INDIRECT, SPECIAL, INCIDENTAL, OR CONSEQUENTIAL DAMAGES, INCLUDING
            LOST PROFITS, ARISING OUT OF THE USE OF THIS SOFTWARE AND ITS DOCUMENTATION, EVEN IF THE NPGSQL DEVELOPMENT TEAM HAS BEEN ADVISED OF THE
            POSSIBILITY OF SUCH DAMAGE.

            THE NPGSQL DEVELOPMENT TEAM SPECIFICALLY DISCLAIMS ANY WARRANTIES, INCLUDING, BUT NOT LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY AND
            FITNESS FOR A PARTICULAR PURPOSE. THE SOFTWARE PROVIDED HEREUNDER IS ON AN "AS IS" BASIS, AND THE NPGSQL DEVELOPMENT TEAM HAS NO OBLIGATIONS TO
            PROVIDE MAINTENANCE, SUPPORT, UPDATES, ENHANCEMENTS, OR MODIFICATIONS.
            """;

    private static Package Read(string id, string version)
    {
        var folder = Path.Combine(Folder, id.ToLowerInvariant(), version.ToLowerInvariant());
        var metadata = XDocument.Load(Path.Combine(folder, id.ToLowerInvariant() + ".nuspec")).Root!.Elements().Single(e => e.Name.LocalName == "metadata");
        string? Value(string name) => metadata.Elements().FirstOrDefault(e => e.Name.LocalName == name)?.Value.Trim();
        var named = Value("license") ?? s_unnamed.GetValueOrDefault(id, "none");
        var licence = s_publicDomain.Contains(id) ? "public domain" : s_allowed.GetValueOrDefault(named, $"not allowed: {named}");
        var files = new[] { "lib", "runtimes" }
            .Select(f => Path.Combine(folder, f))
            .Where(Directory.Exists)
            .SelectMany(f => Directory.GetFiles(f, "*", SearchOption.AllDirectories))
            .Select(f => Path.GetFileName(f))
            .Where(f => f != "_._")
            .ToHashSet(StringComparer.Ordinal);
        var copyright = Value("copyright") is { Length: > 0 } given ? given : $"Copyright {Value("authors")}";
        return new Package(
            id,
            version,
            licence,
            copyright,
            TextIn("LICENSE") ?? TextIn("LICENSES"),
            TextIn("THIRD-PARTY-NOTICES") ?? TextIn("ThirdPartyNotices"),
            files,
            Value("developmentDependency") == "true"
        );

        string? TextIn(string name) =>
            Directory.GetFiles(folder).FirstOrDefault(f => Path.GetFileNameWithoutExtension(f).Equals(name, StringComparison.OrdinalIgnoreCase)) is { } file
                ? File.ReadAllText(file)
                : null;
    }

    /// <summary>A package of others.</summary>
    /// <param name="Id">Its name.</param>
    /// <param name="Version">The version of the lock file.</param>
    /// <param name="Licence">SPDX, of a choice the one taken; else why it may not be used.</param>
    /// <param name="Copyright">Whose it is.</param>
    /// <param name="Text">The text of the licence, where the package holds it.</param>
    /// <param name="Notices">What it says of further works, where it does.</param>
    /// <param name="Files">The names of the files that it brings to whoever uses it.</param>
    /// <param name="IsOfTheBuild">Whether it says of itself that it serves the build alone.</param>
    public sealed record Package(
        string Id,
        string Version,
        string Licence,
        string Copyright,
        string? Text,
        string? Notices,
        IReadOnlySet<string> Files,
        bool IsOfTheBuild
    )
    {
        /// <summary>Whether it brings a file of this name with this content.</summary>
        public bool Brings(string name, ReadOnlySpan<byte> content)
        {
            foreach (var file in Directory.GetFiles(Path.Combine(Folder, Id.ToLowerInvariant(), Version.ToLowerInvariant()), name, SearchOption.AllDirectories))
            {
                if (content.SequenceEqual(File.ReadAllBytes(file)))
                {
                    return true;
                }
            }

            return false;
        }
    }
}
