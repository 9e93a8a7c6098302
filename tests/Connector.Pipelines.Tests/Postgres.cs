using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace CustomerIo.Connector.Pipelines.Tests;

/// <summary>A PostgreSQL server for the tests: started on a free port in a temporary folder when the first one needs it, stopped after the last.</summary>
[SetUpFixture]
public class Postgres
{
    private static readonly SemaphoreSlim s_gate = new(1, 1);
    private static string? s_folder;
    private static int s_port,
        s_databases;

    /// <summary>The role whose password the server asks for; every other one comes in without.</summary>
    public const string Stranger = "stranger";

    /// <summary>A new, empty database.</summary>
    /// <param name="options">What stands behind its name where it is made, such as its encoding.</param>
    /// <returns>Its connection, as Npgsql takes it.</returns>
    public static async Task<string> DatabaseAsync(string options = "")
    {
        await s_gate.WaitAsync();
        try
        {
            if (s_folder is null)
            {
                await StartAsync();
            }
        }
        finally
        {
            s_gate.Release();
        }

        var name = "test" + Interlocked.Increment(ref s_databases).ToString(CultureInfo.InvariantCulture);
        await using var connection = new NpgsqlConnection(To("postgres"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name} {options}", connection);
        await command.ExecuteNonQueryAsync();
        return To(name);
    }

    /// <summary>Stops the server as an administrator does, which ends every connection, and starts it again.</summary>
    public static async Task RestartAsync()
    {
        await RunAsync(Bin, "pg_ctl", "-D", Path.Combine(s_folder!, "data"), "-l", Path.Combine(s_folder!, "log"), "-m", "fast", "-w", "restart");
        NpgsqlConnection.ClearAllPools();
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (s_folder is { } folder)
        {
            NpgsqlConnection.ClearAllPools();
            await RunAsync(Bin!, "pg_ctl", "-D", Path.Combine(folder, "data"), "-m", "immediate", "-w", "stop");
            Directory.Delete(folder, true);
        }
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

    private static async Task StartAsync()
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
        await RunAsync(Bin, "initdb", "-D", data, "-A", "trust", "-U", "tester", "-E", "UTF8", "--no-sync");
        var access = Path.Combine(data, "pg_hba.conf");
        await File.WriteAllTextAsync(access, $"host all {Stranger} 127.0.0.1/32 scram-sha-256\n" + await File.ReadAllTextAsync(access));
        s_port = TcpPeer.DeadPort();
        await RunAsync(
            Bin,
            "pg_ctl",
            "-D",
            data,
            "-l",
            Path.Combine(folder, "log"),
            "-w",
            "-o",
            $"-c listen_addresses=127.0.0.1 -p {s_port} -k {folder} -c fsync=off",
            "start"
        );
        s_folder = folder;
    }

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

    private static string To(string database) =>
        string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={s_port};Username=tester;Database={database}");
}
