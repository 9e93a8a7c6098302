using System.Data.Common;
using CustomerIo.Connector.Pipelines.Stores;

namespace CustomerIo.Connector.Pipelines.Sync;

/// <summary>Runs a sync once.</summary>
/// <param name="connector">Runs the actions.</param>
/// <param name="connection">The workspace.</param>
/// <param name="state">Where syncs are remembered.</param>
/// <param name="data">The data folder, for received webhooks; null for none.</param>
/// <param name="time">The clock.</param>
/// <param name="held">Proves before each write that no other process has the sync; null where there can be none.</param>
internal sealed class SyncRun(CustomerIoConnector connector, Connection connection, Database state, string? data, TimeProvider time, SyncLock? held = null)
{
    /// <param name="file">The sync.</param>
    /// <param name="ct">Stops it.</param>
    /// <param name="report">Takes what it does while it does it, and with a plan what it would do; null for one of its own.</param>
    /// <returns>What it did.</returns>
    /// <exception cref="ConnectorException">It had to stop; what it did until then holds, and the next run goes on from there.</exception>
    public async Task<SyncReport> RunAsync(SyncFile file, CancellationToken ct, SyncReport? report = null)
    {
        report ??= new SyncReport(file.Name);
        try
        {
            if (file.Segment is not null)
            {
                await new SegmentSync(file, connector, connection, report, time, held).RunAsync(ct).ConfigureAwait(false);
                return report;
            }

            var isDry = report.Plan is not null;
            await using var remembered = isDry ? SyncState.Copy(state, file.Name) : SyncState.Open(state, file.Name, held);
            await using var table = TableSide.Open(file, time, held, connection.AllowPlaceholderIds, isDry);
            await new PeopleSync(file, table, new WorkspaceSide(connector, connection, file, data, state, time, held, isDry), remembered, report, time)
                .RunAsync(ct)
                .ConfigureAwait(false);
            return report;
        }
        catch (DbException e)
        {
            throw file.Database.Failure(e, $"{file.Name}: the database refused");
        }
    }
}
