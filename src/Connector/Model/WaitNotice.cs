using Microsoft.Extensions.Logging;

namespace CustomerIo.Connector.Model;

/// <summary>Tells people of waits before repetitions, which would look like a standstill.</summary>
/// <param name="log">Takes the sentences.</param>
/// <param name="patience">How long a job goes on through an outage, whose first wait is told however short; zero for a single run.</param>
internal sealed class WaitNotice(ILogger? log, TimeSpan patience = default)
{
    private static readonly TimeSpan s_longWait = TimeSpan.FromSeconds(30);
    private bool _isTold = patience <= TimeSpan.Zero;

    public ILogger? Log => log;

    /// <summary>An attempt failed and is repeated after a wait.</summary>
    /// <param name="wait">How long it is.</param>
    /// <param name="isAsked">Whether Customer.io asked for it.</param>
    public void Waits(TimeSpan wait, bool isAsked)
    {
        if (!isAsked && !Interlocked.Exchange(ref _isTold, true))
        {
            log?.LogWarning(
                "Customer.io could not be reached or did not take a request; this waits and tries again for about {Seconds} s before it stops.",
                Math.Ceiling(patience.TotalSeconds)
            );
        }

        if (wait >= s_longWait)
        {
            log?.LogWarning(
                "{Why}: the next attempt is in {Seconds} s.",
                isAsked ? "Customer.io asks to wait" : "Customer.io could not be reached or failed",
                Math.Ceiling(wait.TotalSeconds)
            );
        }
    }

    /// <summary>Customer.io answers again, so that the next outage is told anew.</summary>
    public void Answered() => Volatile.Write(ref _isTold, patience <= TimeSpan.Zero);
}
