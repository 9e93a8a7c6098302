using Npgsql;

namespace CustomerIo.Connector.Cli.Tests;

/// <summary>Stops what all tests shared.</summary>
[SetUpFixture]
public class AfterAll
{
    [OneTimeTearDown]
    public async Task Stop()
    {
        NpgsqlConnection.ClearAllPools();
        await Postgres.StopAsync();
    }
}
