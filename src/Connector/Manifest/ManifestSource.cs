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

    /// <summary>A folder as it was when it was opened: what was checked is what is used.</summary>
    private sealed class FolderSource(string root) : ManifestSource
    {
        private readonly Dictionary<string, byte[]> _files = Directory.Exists(root)
            ? Directory
                .EnumerateFiles(root, "*", SearchOption.AllDirectories)
                .Select(f => Path.GetRelativePath(root, f).Replace('\\', '/'))
                .Where(f => f == "connector.json" || f.StartsWith("manifest/", StringComparison.Ordinal) || f.StartsWith("icons/", StringComparison.Ordinal))
                .ToDictionary(f => f, f => ReadFile(root, f), StringComparer.Ordinal)
            : [];

        public override IEnumerable<string> Files => _files.Keys.Order(StringComparer.Ordinal);

        public override byte[]? Read(string file) => _files.GetValueOrDefault(file);

        public override string Where(string file) => Path.Combine(root, file);

        private static byte[] ReadFile(string root, string file)
        {
            try
            {
                return File.ReadAllBytes(Path.Combine(root, file));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new ConnectorException(
                    FailureKind.Input,
                    $"The manifest cannot be used: {Path.Combine(root, file)} cannot be read: {e.Message}",
                    [new Problem(file, "cannot be read.")]
                );
            }
        }
    }
}
