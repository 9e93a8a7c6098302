using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using CustomerIo.Connector.Cli.Up;

namespace CustomerIo.Connector.Cli.Tests;

[NonParallelizable]
[Platform(Exclude = "Win", Reason = "Signals and shell scripts")]
[Category("Slow")]
public class UpTests
{
    // Kept between runs of the tests, so that Node-RED is installed once.
    public static string Data { get; } = Path.Combine(AppContext.BaseDirectory, "up-data");

    private static readonly Lazy<Task<NodeRedInstall>> s_installed = new(() => NodeRedInstall.EnsureAsync(Data, default));

    /// <summary>Gives a data folder the installation of <see cref="Data"/>.</summary>
    public static async Task LinkAsync(string data)
    {
        var installed = (await s_installed.Value).Folder;
        var link = Path.Combine(data, Path.GetFileName(installed));
        if (!Directory.Exists(link))
        {
            Directory.CreateSymbolicLink(link, installed);
        }
    }

    [Test]
    public async Task Up_Once_RunsTheExamplesAndLeavesNothing()
    {
        var ran = await RunAsync(["up", "--once", "--data", Data]);
        Assert.Multiple(() =>
        {
            Assert.That(ran.Exit, Is.Zero, ran.ToString());
            Assert.That(ran.Out.Split('\n')[0], Does.Match("^http://127\\.0\\.0\\.1:[0-9]+$"));
            Assert.That(ran.Out.Split('\n')[1], Does.StartWith("CUSTOMERIO_BASE_URL=http://127.0.0.1:"));
            Assert.That(
                ran.Out,
                Does.Contain("POST /signup")
                    .And.Contain("Destroy")
                    .And.Contain("Catch")
                    .And.Contain("On Customer.io Event")
                    .And.Contain("recorded email_arrived")
                    .And.Not.Contain("failed")
            );
            Assert.That(ran.Out.Split('\n').Max(l => l.Length), Is.LessThanOrEqualTo(80));
            Assert.That(Directory.GetDirectories(Data).Select(d => Path.GetFileName(d)), Has.None.StartsWith("once-"));
        });
        await NoProcessIsLeftAsync(Data);
    }

    [Test]
    public async Task Up_Interrupted_StopsEverything()
    {
        var data = Path.Combine(Data, "interrupted");
        Directory.CreateDirectory(data);
        await LinkAsync(data);
        using var process = Tool.Start(["up", "--data", data], null);
        var error = process.StandardError.ReadToEndAsync();
        string? line;
        do
        {
            line = await process.StandardOutput.ReadLineAsync(new CancellationTokenSource(TimeSpan.FromMinutes(3)).Token);
        } while (line is not null && !line.StartsWith("Sandbox ", StringComparison.Ordinal));
        using (var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync();
        }

        var ran = await Tool.EndAsync(process, process.StandardOutput.ReadToEndAsync(), error);
        Assert.That(ran.Exit, Is.Zero, ran.ToString());
        await NoProcessIsLeftAsync(data);
        Directory.Delete(Path.Combine(data, "flows"), true);
    }

    [Test]
    public async Task Up_PortTaken_SaysSo()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        var ran = await RunAsync(["up", "--once", "--data", Data, "--port", port]);
        Assert.That(ran.Exit, Is.EqualTo(2), ran.ToString());
        Assert.That(ran.Error, Does.Contain($"Port {port} on 127.0.0.1 is taken"));
    }

    [TestCase(null, "Node.js was not found")]
    [TestCase("v16.20.2", "Node.js 16.20.2 is too old")]
    [TestCase("v22.1.0", "npm was not found")]
    public async Task Up_WithoutWhatItNeeds_SaysWhatToInstall(string? node, string sentence)
    {
        var folder = Directory.CreateTempSubdirectory("connector-up-").FullName;
        if (node is not null)
        {
            var file = Path.Combine(folder, "node");
            await File.WriteAllTextAsync(file, $"#!/bin/sh\necho {node}\n");
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }

        var ran = await RunAsync(["up", "--once", "--data", Path.Combine(folder, "data")], ("PATH", folder));
        Directory.Delete(folder, true);
        Assert.That(ran.Exit, Is.EqualTo(2), ran.ToString());
        Assert.That(ran.Error, Does.Contain(sentence).And.Contain("nodejs.org").And.Not.Contain("   at "));
        Assert.That(ran.Error.Trim().Split('\n'), Has.Length.EqualTo(1));
    }

    [Test]
    public async Task Up_Installing_ShowsNpmNoKeysAndRunsNoScripts()
    {
        var folder = Directory.CreateTempSubdirectory("connector-up-").FullName;
        foreach (
            var (name, text) in new[]
            {
                ("node", "echo v22.1.0"),
                ("npm", $"[ \"$1\" = --version ] || {{ echo \"$@\"; /usr/bin/env; }} > {folder}/seen; [ \"$1\" = --version ]"),
            }
        )
        {
            var file = Path.Combine(folder, name);
            await File.WriteAllTextAsync(file, $"#!/bin/sh\n{text}\n");
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }

        var path = folder + Path.PathSeparator + Environment.GetEnvironmentVariable("PATH");
        var ran = await RunAsync(
            ["up", "--once", "--data", Path.Combine(folder, "data")],
            ("PATH", path),
            ("npm_config_cache", "kept"),
            ("CUSTOMERIO_API_KEY", "a-secret"),
            ("GITHUB_TOKEN", "a-secret")
        );
        var seen = await File.ReadAllTextAsync(Path.Combine(folder, "seen"));
        Directory.Delete(folder, true);
        Assert.That(ran.Exit, Is.EqualTo(6), ran.ToString());
        Assert.That(seen, Does.StartWith("ci ").And.Contain("--ignore-scripts").And.Contain("npm_config_cache=kept").And.Not.Contain("a-secret"));
    }

    [Test]
    public async Task Up_WithoutNetwork_SaysSo()
    {
        var folder = Directory.CreateTempSubdirectory("connector-up-").FullName;
        var ran = await RunAsync(
            ["up", "--once", "--data", Path.Combine(folder, "data")],
            ("npm_config_registry", "http://127.0.0.1:9/"),
            ("npm_config_cache", Path.Combine(folder, "cache")),
            ("npm_config_fetch_retries", "0")
        );
        Directory.Delete(folder, true);
        Assert.That(ran.Exit, Is.EqualTo(6), ran.ToString());
        Assert.That(ran.Error, Does.Contain("npm could not reach its registry").And.Not.Contain("   at "));
    }

    private static async Task<Ran> RunAsync(string[] args, params (string Name, string Value)[] environment)
    {
        using var process = Tool.Start(args, null, environment);
        process.StandardInput.Close();
        return await Tool.EndAsync(process, process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync(), TimeSpan.FromMinutes(4));
    }

    private static async Task NoProcessIsLeftAsync(string data)
    {
        using var find = Process.Start(new ProcessStartInfo("pgrep", ["-f", "--", data + "/"]) { RedirectStandardOutput = true })!;
        var left = await find.StandardOutput.ReadToEndAsync();
        await find.WaitForExitAsync();
        Assert.That(left.Trim(), Is.Empty, "no process may be left");
    }
}
