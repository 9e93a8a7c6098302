using CustomerIo.Connector.Hub.Access;
using Microsoft.Data.Sqlite;

namespace CustomerIo.Connector.Hub.Tests;

/// <summary>A hub on this machine that may have keys, and what its audit heard; made anew for each test.</summary>
public abstract class KeyedHubFixture
{
    /// <summary>Where the keys are kept.</summary>
    private protected string Folder { get; private set; } = "";

    private protected List<string> Audit { get; } = [];

    private protected HubKeys Keys { get; private set; } = null!;

    private protected RunningHub Hub { get; private set; } = null!;

    [SetUp]
    public async Task StartAsync()
    {
        Audit.Clear();
        Folder = Directory.CreateTempSubdirectory("connector-keys-").FullName;
        Keys = HubKeys.Open(Folder);
        Hub = await RunningHub.StartAsync(o => o with { Gate = new Gatekeeper(Keys, isLocal: true), Audit = Audit.Add });
    }

    [TearDown]
    public async Task StopAsync()
    {
        await Hub.DisposeAsync();
        await Keys.DisposeAsync();
        SqliteConnection.ClearAllPools();
        Directory.Delete(Folder, true);
    }

    private protected static (string Name, string Value) Bearer(string key) => ("Authorization", "Bearer " + key);
}
