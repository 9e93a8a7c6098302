using System.Diagnostics;
using System.Globalization;

namespace CustomerIo.Connector.Testing;

/// <summary>A PostgreSQL server on a free port, in a temporary folder that goes with it.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    /// <summary>Who owns everything and comes in without a password.</summary>
    public const string Owner = "tester";

    /// <summary>The role whose password the server asks for; every other one comes in without.</summary>
    public const string Stranger = "stranger";

    private readonly string _folder;
    private int _databases;

    private PostgresServer(string folder, int port) => (_folder, Port) = (folder, port);

    /// <summary>Where it listens on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>Starts one; without PostgreSQL on the machine the test is skipped, or fails where CI is true.</summary>
    public static async Task<PostgresServer> StartAsync()
    {
        if (Bin is null)
        {
            const string Missing = "PostgreSQL is not installed, so this test did not run. On Debian: apt-get install postgresql";
            Assert.That(Environment.GetEnvironmentVariable("CI"), Is.Not.EqualTo("true"), Missing);
            Assert.Ignore(Missing);
        }

        var folder = Directory.CreateTempSubdirectory("pg-").FullName;
        if (Environment.UserName == "root")
        {
            await RunAsync(null, "chown", "postgres", folder);
        }

        var data = Path.Combine(folder, "data");
        await RunAsync(Bin, "initdb", "-D", data, "-A", "trust", "-U", Owner, "-E", "UTF8", "--no-sync");
        var access = Path.Combine(data, "pg_hba.conf");
        await File.WriteAllTextAsync(access, $"host all {Stranger} 127.0.0.1/32 scram-sha-256\n" + await File.ReadAllTextAsync(access));
        var port = TcpPeer.DeadPort();
        // Pools keep their sessions for minutes, and each test has a database of its own.
        var options = $"-c listen_addresses=127.0.0.1 -p {port} -k {folder} -c fsync=off -c max_connections=500";
        await RunAsync(Bin, "pg_ctl", "-D", data, "-l", Path.Combine(folder, "log"), "-w", "-o", options, "start");
        return new PostgresServer(folder, port);
    }

    /// <summary>Makes a new, empty database.</summary>
    /// <param name="options">What stands behind its name where it is made, such as its encoding.</param>
    /// <returns>Its name.</returns>
    public async Task<string> DatabaseAsync(string options = "")
    {
        var name = "test" + Interlocked.Increment(ref _databases).ToString(CultureInfo.InvariantCulture);
        await SqlAsync($"CREATE DATABASE {name} {options}");
        return name;
    }

    /// <summary>Moves the tables of a database to a folder.</summary>
    /// <param name="name">The database, which nobody uses.</param>
    /// <param name="folder">An empty folder.</param>
    public async Task MoveAsync(string name, string folder)
    {
        if (Environment.UserName == "root")
        {
            await RunAsync(null, "chown", "postgres", folder);
        }

        await SqlAsync($"CREATE TABLESPACE on_{name} LOCATION '{folder}'");
        await SqlAsync($"ALTER DATABASE {name} SET TABLESPACE on_{name}");
    }

    private Task SqlAsync(string sql) =>
        RunAsync(Bin, "psql", "-q", "-h", "127.0.0.1", "-p", Port.ToString(CultureInfo.InvariantCulture), "-U", Owner, "-d", "postgres", "-c", sql);

    /// <summary>Stops the server as an administrator does, which ends every connection, and starts it again.</summary>
    public Task RestartAsync() =>
        RunAsync(Bin, "pg_ctl", "-D", Path.Combine(_folder, "data"), "-l", Path.Combine(_folder, "log"), "-m", "fast", "-w", "restart");

    public async ValueTask DisposeAsync()
    {
        await RunAsync(Bin, "pg_ctl", "-D", Path.Combine(_folder, "data"), "-m", "immediate", "-w", "stop");
        Directory.Delete(_folder, true);
    }

    private static string? Bin { get; } =
        Directory.Exists("/usr/lib/postgresql")
            ? Directory
                .GetDirectories("/usr/lib/postgresql")
                .Select(d => Path.Combine(d, "bin"))
                .Where(d => File.Exists(Path.Combine(d, "initdb")))
                .Order()
                .LastOrDefault()
            : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).FirstOrDefault(d => File.Exists(Path.Combine(d, "initdb")));

    // The server refuses to run as root.
    private static async Task RunAsync(string? bin, string program, params string[] args)
    {
        var asPostgres = bin is not null && Environment.UserName == "root";
        var start = new ProcessStartInfo(
            asPostgres ? "runuser"
            : bin is null ? program
            : Path.Combine(bin, program)
        )
        {
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var arg in asPostgres ? (string[])["-u", "postgres", "--", Path.Combine(bin!, program), .. args] : args)
        {
            start.ArgumentList.Add(arg);
        }

        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.Zero, program);
    }
}
