using System.Reflection;
using System.Runtime.Loader;

namespace CustomerIo.Connector.Hub.Brokers;

/// <summary>Finds the client of Kafka, which is installed on its own: it brings 100 MB of native code.</summary>
internal static class KafkaPart
{
    /// <summary>A folder that holds it, as <c>dotnet publish</c> made it.</summary>
    public const string Variable = "CUSTOMERIO_CONNECTOR_KAFKA";

    private const string Package = "CustomerIo.Connector.Kafka",
        File = Package + ".dll",
        Type = Package + ".KafkaBroker";

    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: it is not installed, or is of another version.</exception>
    public static IBroker Load(BrokerAddress address, ConsumeOptions options)
    {
        var file = Places(AppContext.BaseDirectory, Environment.GetEnvironmentVariable)
            .Select(f => Path.Combine(f, File))
            .FirstOrDefault(System.IO.File.Exists);
        if (file is null)
        {
            throw new ConnectorException(
                FailureKind.Input,
                $"Kafka's client is not installed. It is a package of its own, since it brings 100 MB of native code: dotnet tool install --global {Package}"
            );
        }

        try
        {
            var type = new Context(file).LoadFromAssemblyPath(Path.GetFullPath(file)).GetType(Type, throwOnError: true)!;
            return (IBroker)Activator.CreateInstance(type, address, options)!;
        }
        catch (Exception e) when (e is BadImageFormatException or FileLoadException or FileNotFoundException or TypeLoadException or MissingMethodException)
        {
            throw new ConnectorException(
                FailureKind.Input,
                $"{file} cannot be loaded ({e.GetType().Name}): it must be of the same version as connector. Install both anew."
            );
        }
    }

    /// <summary>Where it may be: in a folder that was named, beside this program, or installed as a tool beside this one.</summary>
    /// <param name="here">The folder of this program.</param>
    /// <param name="read">Reads a variable of the environment.</param>
    internal static IEnumerable<string> Places(string here, Func<string, string?> read)
    {
        if (read(Variable) is { Length: > 0 } named)
        {
            return [named];
        }

        // A tool is at .store/ID/VERSION/ID/VERSION/tools/FRAMEWORK/any.
        var system = new DirectoryInfo(Path.TrimEndingDirectorySeparator(here));
        var version = system.Parent?.Parent is { Name: "tools" } tools ? tools.Parent : null;
        return version?.Parent?.Parent?.Parent?.Parent is { Name: ".store" } store
            ? [here, Path.Combine([store.FullName, .. Tool(version.Name), "tools", system.Parent!.Name, system.Name])]
            : [here];
    }

    private static string[] Tool(string version)
    {
        var id = Package.ToLowerInvariant();
        return [id, version, id, version];
    }

    // What this program has is shared with it: the two speak of the same types.
    private sealed class Context(string file) : AssemblyLoadContext("kafka")
    {
        private readonly AssemblyDependencyResolver _resolver = new(file);

        protected override Assembly? Load(AssemblyName name) =>
            Default.Assemblies.Any(a => a.GetName().Name == name.Name) || System.IO.File.Exists(Path.Combine(AppContext.BaseDirectory, name.Name + ".dll"))
                ? null
            : _resolver.ResolveAssemblyToPath(name) is { } path ? LoadFromAssemblyPath(path)
            : null;

        protected override nint LoadUnmanagedDll(string name) =>
            _resolver.ResolveUnmanagedDllToPath(name) is { } path ? LoadUnmanagedDllFromPath(path) : nint.Zero;
    }
}
