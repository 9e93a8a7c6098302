using System.Globalization;

namespace CustomerIo.Connector.Testing;

/// <summary>A PostgreSQL server for all tests of a project: started when the first one needs it. A fixture of the project's set-up stops it.</summary>
public static class Postgres
{
    /// <summary>The role whose password the server asks for; every other one comes in without.</summary>
    public const string Stranger = PostgresServer.Stranger;

    private static readonly SemaphoreSlim s_gate = new(1, 1);
    private static PostgresServer? s_server;

    /// <summary>A new, empty database.</summary>
    /// <param name="options">What stands behind its name where it is made, such as its encoding.</param>
    /// <returns>Its connection, as Npgsql takes it.</returns>
    public static async Task<string> DatabaseAsync(string options = "")
    {
        await s_gate.WaitAsync();
        try
        {
            s_server ??= await PostgresServer.StartAsync();
        }
        finally
        {
            s_gate.Release();
        }

        var name = await s_server.DatabaseAsync(options);
        return string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={s_server.Port};Username={PostgresServer.Owner};Database={name}");
    }

    /// <summary>Stops the server as an administrator does, which ends every connection, and starts it again; the caller clears its pools.</summary>
    public static Task RestartAsync() => s_server!.RestartAsync();

    /// <summary>Stops the server, if it was started.</summary>
    public static async Task StopAsync()
    {
        if (s_server is { } server)
        {
            await server.DisposeAsync();
        }
    }
}
