using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hosts.Mcp;

/// <summary>The folder below which tools may write files, since who calls them is often nobody who may write everywhere.</summary>
/// <param name="folder">Its path; <c>*</c> for anywhere, null or empty for nowhere.</param>
internal sealed class WritableFolder(string? folder)
{
    /// <summary>Puts the files that an action or job is to write to where they may be.</summary>
    /// <param name="input">Its input; changed in place.</param>
    /// <param name="tool">The action or job.</param>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: one may not be written.</exception>
    public JObject Place(JObject input, ActionManifest tool)
    {
        foreach (var name in tool.Writes.Where(name => input[name] is JValue { Value: string { Length: > 0 } }))
        {
            input[name] = PlaceOf((string)input[name]!, "/" + name);
        }

        return input;
    }

    /// <summary>Where a file of this name is written; a relative one lies in the folder.</summary>
    /// <param name="file">What the caller gave.</param>
    /// <param name="input">The input's path, for the error.</param>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: it is no place below the folder, links included.</exception>
    public string PlaceOf(string file, string input)
    {
        if (string.IsNullOrEmpty(folder))
        {
            throw ConnectorException.Input(
                input,
                "would write a file, and this server may write none. Whoever starts it can allow a folder: --files "
                    + $"DIR, of MCP's also {McpRunnerOptions.FilesVariable}=DIR."
            );
        }

        if (folder == "*")
        {
            return file;
        }

        try
        {
            var root = Path.TrimEndingDirectorySeparator(WithoutLinks(Path.GetFullPath(folder)));
            var place = Path.GetFullPath(file, Path.GetFullPath(folder));
            return !file.Contains('\0') && Platform.Current.IsBelow(WithoutLinks(place), root)
                ? place
                : throw ConnectorException.Input(input, "is not below the folder that this server may write to. Name a file in it by its name alone.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw ConnectorException.Input(input, "is no file that can be written.");
        }
    }

    /// <summary>A path with every link in it followed, as far as it exists.</summary>
    private static string WithoutLinks(string path)
    {
        var real = Path.GetPathRoot(path)!;
        foreach (var part in Platform.Current.PartsOf(path[real.Length..]))
        {
            var next = Path.Combine(real, part);

            // A link to what is not there yet still says where the file would be.
            real = new FileInfo(next).LinkTarget is null ? next : WithoutLinks(File.ResolveLinkTarget(next, returnFinalTarget: true)!.FullName);
        }

        return real;
    }
}
