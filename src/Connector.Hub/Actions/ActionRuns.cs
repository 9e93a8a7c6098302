using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using CustomerIo.Connector.Api;
using CustomerIo.Connector.Hosts.Mcp;
using CustomerIo.Connector.Hub.Access;
using CustomerIo.Connector.Hub.Listening;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hub.Actions;

/// <summary>The runs that callers ask for, by whatever path: in turn, counted, and told to the audit.</summary>
internal sealed class ActionRuns(ActionOptions options, CustomerIoConnector connector) : HubPart
{
    /// <summary>How many actions run at once; the others wait their turn.</summary>
    private const int AtOnce = 256;

    /// <summary>Before the hub breaks off what has not ended: time for an answer that says so.</summary>
    private static readonly TimeSpan s_patience = HubServer.Patience - TimeSpan.FromSeconds(1);

    private readonly RunAction _run = options.Run ?? connector.RunAsync;
    private readonly WritableFolder _files = new(options.Files);
    private readonly SemaphoreSlim _turns = new(AtOnce);
    private readonly CancellationTokenSource _abort = new(Timeout.InfiniteTimeSpan, options.Time);
    private readonly ConcurrentDictionary<(string Action, string Outcome), StrongBox<long>> _ended = new();
    private int _running;

    public override void Map(HubRoutes routes) => routes.Map(Gatekeeper.MetadataPath, options.Gate.DescribeAsync, HubRoutes.Reads);

    public override Task StopAsync()
    {
        _abort.CancelAfter(s_patience);
        return Task.CompletedTask;
    }

    public override void Tell(JObject health) => health["actions"] = new JObject { ["running"] = Volatile.Read(ref _running) };

    public override void Measure(Meter meter)
    {
        meter.CreateObservableUpDownCounter("customerio.actions.running", () => Volatile.Read(ref _running), "{run}", "Actions that run now.");
        meter.CreateObservableCounter(
            "customerio.actions",
            () =>
                _ended.Select(r => new Measurement<long>(
                    Interlocked.Read(ref r.Value.Value),
                    new(Telemetry.Action, r.Key.Action),
                    new(Telemetry.Outcome, r.Key.Outcome)
                )),
            "{run}",
            "Actions of callers that ended since the start, by how."
        );
    }

    public override ValueTask DisposeAsync()
    {
        _abort.Dispose();
        _turns.Dispose();
        return base.DisposeAsync();
    }

    /// <summary>Runs an action for a caller, in a workspace that it may use.</summary>
    /// <exception cref="ConnectorException">It failed; <see cref="FailureKind.Cancelled"/> also when the hub stops.</exception>
    public async Task<RunResult> RunAsync(Rights rights, string action, JObject input, Connection connection, RunOptions? run, CancellationToken ct)
    {
        // What one caller calls its invocation says nothing of another's.
        var mine = run?.InvocationId is { } given && rights != Rights.All ? $"{rights.Name}\n{given}" : run?.InvocationId;
        var isKept = connection != options.Connection;
        var outcome = Telemetry.Defect;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(ct, _abort.Token);
        Interlocked.Increment(ref _running);
        try
        {
            await _turns.WaitAsync(ending.Token).ConfigureAwait(false);
            try
            {
                var result = await _run(
                        action,
                        _files.Place(input, connector.Catalogue.Find(action)),
                        connection,
                        new RunOptions
                        {
                            InvocationId = mine,
                            ItemIndex = run?.ItemIndex ?? 0,
                            Region = isKept ? null : options.Region,
                            Progress = run?.Progress,
                            Logger = run?.Logger,
                        },
                        ending.Token
                    )
                    .ConfigureAwait(false);
                outcome = Names.Camel(result.Status.ToString());
                return result;
            }
            finally
            {
                _turns.Release();
            }
        }
        catch (OperationCanceledException e)
        {
            outcome = Names.Camel(nameof(FailureKind.Cancelled));
            throw Failures.Cancelled(e);
        }
        catch (ConnectorException e)
        {
            outcome = e.KindName;
            throw;
        }
        finally
        {
            Interlocked.Decrement(ref _running);
            Interlocked.Increment(ref _ended.GetOrAdd((action, outcome), _ => new StrongBox<long>()).Value);
            options.Audit($"{rights.Name} ran {action}{(isKept ? $" on {connection.Name}" : "")}: {outcome}");
        }
    }
}
