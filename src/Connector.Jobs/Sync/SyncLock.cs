using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using CustomerIo.Connector.Jobs.Tables;

namespace CustomerIo.Connector.Jobs.Sync;

/// <summary>Keeps a sync to one process at a time; whoever dies lets go of it.</summary>
internal sealed class SyncLock : IAsyncDisposable
{
    private readonly IAsyncDisposable _held;

    private SyncLock(IAsyncDisposable held)
    {
        _held = held;
    }

    /// <summary>Takes the lock, or answers null when another process has it.</summary>
    /// <param name="state">In PostgreSQL the lock is there, else it is a file beside the SQLite file.</param>
    /// <param name="folder">The data folder.</param>
    /// <param name="sync">The sync's name.</param>
    public static SyncLock? TryTake(Database state, string folder, string sync)
    {
        if (state.IsPostgres)
        {
            var connection = state.Open();
            var key = BitConverter.ToInt64(SHA256.HashData(Encoding.UTF8.GetBytes("customerio-sync " + sync)));
            if (connection.Query(r => r.GetBoolean(0), "SELECT pg_try_advisory_lock(@0)", key).Single())
            {
                return new SyncLock(connection);
            }

            connection.Dispose();
            return null;
        }

        try
        {
            return new SyncLock(new FileStream(Path.Combine(folder, $"sync-{sync}.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Takes the lock.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: another process has it.</exception>
    public static SyncLock Take(Database state, string folder, string sync) =>
        TryTake(state, folder, sync) ?? throw new ConnectorException(FailureKind.Input, $"The sync {sync} is running already. Wait for it to end.");

    public async ValueTask DisposeAsync()
    {
        // A pooled connection is not closed: without this the lock would outlive the run.
        if (_held is DbConnection connection)
        {
            connection.Execute("SELECT pg_advisory_unlock_all()");
        }

        await _held.DisposeAsync().ConfigureAwait(false);
    }
}
