using Polly;
using Polly.Retry;

namespace CustomerIo.Connector.Api;

/// <summary>Sends what failed again. Polly carries it: its context holds the call, its predicate decides, its generator gives the wait.</summary>
/// <param name="attempt">Makes one attempt.</param>
/// <param name="time">The clock.</param>
/// <param name="random">Spreads the waits, in [0, 1).</param>
internal sealed class Retry(Func<ApiCall, CancellationToken, Task<Attempt>> attempt, TimeProvider time, Func<double> random)
{
    private static readonly ResiliencePropertyKey<State> s_state = new("customerio-retry");
    private ResiliencePipeline<Attempt>? _pipeline;

    /// <summary>Whether a failed attempt asks for another, should there be time for its wait.</summary>
    public static bool IsWanted(ApiCall call, Attempt failed) =>
        !failed.Succeeded
        && call.Attempts <= call.RetryPolicy.MaxRetryCount
        && failed.Error is not (OperationCanceledException or BudgetExceededException)
        && (
            call.Repeatable
                ? Failures.IsTransient(failed) || (call.RetryPolicy.RetryOnAllErrors && failed.Response is not null)
                : Failures.IsRetryableOnce(failed)
        );

    /// <summary>Follows a first attempt that <see cref="IsWanted"/> with others.</summary>
    /// <returns>The last attempt that was made.</returns>
    /// <remarks>Polly is entered only now: a request that succeeds at once neither pays for it nor loads it.</remarks>
    public async Task<Attempt> RunAsync(ApiCall call, Attempt first, CancellationToken ct)
    {
        var state = new State(call, first);
        var context = ResilienceContextPool.Shared.Get(ct);
        context.Properties.Set(s_state, state);
        try
        {
            _pipeline ??= Build();
            var last = await _pipeline.ExecuteAsync(static (context, retry) => retry.NextAsync(context), context, this).ConfigureAwait(false);

            // The rate left no room for another, which is then as if it had not been tried.
            return last.Error is BudgetExceededException ? state.Failed : last;
        }
        catch (OperationCanceledException e) when (e is not RequestCancelledException)
        {
            throw call.Cancelled(ct);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private ResiliencePipeline<Attempt> Build() =>
        new ResiliencePipelineBuilder<Attempt> { TimeProvider = time }
            .AddRetry(
                new RetryStrategyOptions<Attempt>
                {
                    // Each call has its own, which the predicate holds it to.
                    MaxRetryAttempts = int.MaxValue,
                    ShouldHandle = args => ValueTask.FromResult(args.Outcome.Exception is null && Decide(Of(args.Context), args.Outcome.Result!)),
                    DelayGenerator = static args => ValueTask.FromResult<TimeSpan?>(Of(args.Context).Delay),
                    OnRetry = static args =>
                    {
                        var state = Of(args.Context);
                        state.Call.Waited += args.RetryDelay;
                        state.Call.Notice?.Waits(args.RetryDelay, state.Failed.Response?.RetryAfter is not null);
                        return ValueTask.CompletedTask;
                    },
                }
            )
            .Build();

    private bool Decide(State state, Attempt failed)
    {
        if (!IsWanted(state.Call, failed))
        {
            return false;
        }

        state.Failed = failed;
        state.Delay = state.Call.RetryPolicy.Delay(state.Call.Attempts - 1, failed.Response?.RetryAfter?.Wait, random());
        return state.Delay < state.Call.Remaining(time);
    }

    private async ValueTask<Attempt> NextAsync(ResilienceContext context)
    {
        var state = Of(context);
        if (state.HasBegun)
        {
            return await attempt(state.Call, context.CancellationToken).ConfigureAwait(false);
        }

        state.HasBegun = true;
        return state.Failed;
    }

    private static State Of(ResilienceContext context) => context.Properties.GetValue(s_state, null!);

    private sealed class State(ApiCall call, Attempt first)
    {
        public ApiCall Call => call;

        /// <summary>Whether Polly has the first attempt, which was made before.</summary>
        public bool HasBegun { get; set; }

        /// <summary>The last attempt that asked for another.</summary>
        public Attempt Failed { get; set; } = first;

        /// <summary>How long that other one waits.</summary>
        public TimeSpan Delay { get; set; }
    }
}
