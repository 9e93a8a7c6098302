using System.Reflection;

namespace CustomerIo.Connector.Manifest;

/// <summary>The files that describe the connector: the embedded ones, or a folder's.</summary>
internal abstract class ManifestSource
{
    /// <summary>Names of all files, with forward slashes, such as <c>manifest/actions/track.json</c>.</summary>
    public abstract IEnumerable<string> Files { get; }

    /// <summary>A file's bytes, or null when there is none.</summary>
    public abstract byte[]? Read(string file);

    /// <summary>Where a file is, for messages.</summary>
    public abstract string Where(string file);

    public bool Has(string file) => Files.Contains(file, StringComparer.Ordinal);

    public static ManifestSource Embedded { get; } = new EmbeddedSource();

    public static ManifestSource Folder(string path) => new FolderSource(Path.GetFullPath(path));

    private sealed class EmbeddedSource : ManifestSource
    {
        private static readonly Assembly s_assembly = typeof(ManifestSource).Assembly;

        public override IEnumerable<string> Files => s_assembly.GetManifestResourceNames();

        public override byte[]? Read(string file)
        {
            using var stream = s_assembly.GetManifestResourceStream(file);
            if (stream is null)
            {
                return null;
            }

            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }

        public override string Where(string file) => file;
    }

    private sealed class FolderSource(string root) : ManifestSource
    {
        public override IEnumerable<string> Files => Directory.Exists(root)
            ? Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
                .Select(f => Path.GetRelativePath(root, f).Replace('\\', '/'))
                .Where(f => f == "connector.json" || f.StartsWith("manifest/", StringComparison.Ordinal) || f.StartsWith("icons/", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
            : [];

        public override byte[]? Read(string file) => File.Exists(Where(file)) ? File.ReadAllBytes(Where(file)) : null;

        public override string Where(string file) => Path.Combine(root, file);
    }
}
