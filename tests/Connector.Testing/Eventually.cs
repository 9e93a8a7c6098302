using System.Diagnostics;

namespace CustomerIo.Connector.Testing;

/// <summary>Waits for what other processes and threads bring about in their own time.</summary>
public static class Eventually
{
    /// <summary>Ends when the condition holds; fails the test when it still does not after so many seconds.</summary>
    public static Task TrueAsync(Func<bool> condition, Func<string> otherwise, int seconds = 90) =>
        TrueAsync(() => Task.FromResult(condition()), otherwise, seconds);

    /// <summary>Ends when the condition holds; fails the test when it still does not after so many seconds.</summary>
    public static Task TrueAsync(Func<Task<bool>> condition, string otherwise, int seconds = 90) => TrueAsync(condition, () => otherwise, seconds);

    private static async Task TrueAsync(Func<Task<bool>> condition, Func<string> otherwise, int seconds)
    {
        for (var clock = Stopwatch.StartNew(); !await condition(); )
        {
            if (clock.Elapsed.TotalSeconds > seconds)
            {
                Assert.Fail($"Not within {seconds} s: {otherwise()}");
            }

            await Task.Delay(20);
        }
    }
}
