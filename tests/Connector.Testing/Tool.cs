using System.Diagnostics;
using System.Text;
using CustomerIo.Connector.Sandbox;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Testing;

/// <summary>What a run of the tool left.</summary>
public sealed record Ran(int Exit, string Out, string Error)
{
    public JObject Json => ConnectorJson.ParseObject(Out);

    public IReadOnlyList<JObject> Lines => [.. Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(ConnectorJson.ParseObject)];

    public override string ToString() => $"exit {Exit}\n--- stdout\n{Out}\n--- stderr\n{Error}";
}

/// <summary>Runs the built tool as its users do: as a process.</summary>
public static class Tool
{
    /// <summary>Runs it to its end; a run of more than a minute fails the test.</summary>
    public static Task<Ran> RunAsync(params string[] args) => RunAsync(args, null);

    public static async Task<Ran> RunAsync(string[] args, SandboxServer? sandbox, byte[]? input = null, params (string Name, string Value)[] environment)
    {
        using var process = Start(args, sandbox, environment);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (input is not null)
        {
            await process.StandardInput.BaseStream.WriteAsync(input);
        }

        process.StandardInput.Close();
        return await EndAsync(process, output, error);
    }

    public static async Task<Ran> EndAsync(Process process, Task<string> output, Task<string> error, TimeSpan? patience = null)
    {
        using var limit = new CancellationTokenSource(patience ?? TimeSpan.FromSeconds(60));
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(true);
            Assert.Fail("The tool did not end in time.");
        }

        return new Ran(process.ExitCode, await output, await error);
    }

    public static Process Start(string[] args, SandboxServer? sandbox, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = new UTF8Encoding(false),
            StandardErrorEncoding = new UTF8Encoding(false),
            WorkingDirectory = AppContext.BaseDirectory,
        };
        start.ArgumentList.Add(Dll);
        foreach (var arg in args)
        {
            start.ArgumentList.Add(arg);
        }

        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("CUSTOMERIO_", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in KeysOf(sandbox).Concat(environment))
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    /// <summary>The variables by which the tool calls a sandbox in place of Customer.io.</summary>
    public static (string Name, string Value)[] KeysOf(SandboxServer? sandbox) =>
        sandbox is null
            ? []
            : [("CUSTOMERIO_BASE_URL", sandbox.Url.ToString()), ("CUSTOMERIO_SITE_ID", "s"), ("CUSTOMERIO_API_KEY", "k"), ("CUSTOMERIO_APP_API_KEY", "a")];

    /// <summary>The configuration that these tests were built in.</summary>
    public static string Configuration { get; } = Folders()[^2];

    /// <summary>The tool where its own build left it: beside the test, its dependencies would be those of the test.</summary>
    public static string Dll { get; } = Path.Combine(Output("Connector.Cli"), "connector.dll");

    /// <summary>Where a project of <c>src</c> was built to, in the configuration of these tests.</summary>
    public static string Output(string project) => Path.Combine([Repository.Root, "src", project, .. Folders()[^3..]]);

    /// <summary>The folders down to this build's output, which end with <c>bin/Debug/net10.0</c>.</summary>
    private static string[] Folders() => AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar).Split(Path.DirectorySeparatorChar);
}
