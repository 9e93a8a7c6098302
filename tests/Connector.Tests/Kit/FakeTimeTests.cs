namespace CustomerIo.Connector.Tests.Kit;

public class FakeTimeTests
{
    [Test]
    public async Task Delay_InstantTime_EndsAtOnceAndMovesTheClock()
    {
        var time = FakeTime.Instant();
        await Task.Delay(TimeSpan.FromHours(3), time);
        Assert.That(time.Elapsed, Is.EqualTo(TimeSpan.FromHours(3)));
    }

    [Test]
    public async Task Delay_InstantTimeWhileSomethingHasALimit_WaitsUntilThatIsOver()
    {
        var time = FakeTime.Instant();
        var underWay = new CancellationTokenSource(TimeSpan.FromSeconds(10), time);
        var delays = Task.WhenAll(Task.Delay(TimeSpan.FromSeconds(60), time), Task.Delay(TimeSpan.FromSeconds(20), time));
        Assert.That((time.Elapsed, delays.IsCompleted), Is.EqualTo((TimeSpan.Zero, false)), "a real answer may take as long as it likes");
        underWay.Dispose();
        await delays;
        Assert.That(time.Elapsed, Is.EqualTo(TimeSpan.FromSeconds(60)));
        Assert.That(underWay.IsCancellationRequested, Is.False);
    }

    [Test]
    public async Task Delay_InstantTimeBehindAnotherThatBeginsSomething_WaitsForThat()
    {
        var time = FakeTime.Instant();
        using var held = new CancellationTokenSource(TimeSpan.FromHours(1), time);
        var begun = new TaskCompletionSource<CancellationTokenSource>();
        async Task BeginAsync()
        {
            await Task.Delay(TimeSpan.FromSeconds(1), time).ConfigureAwait(false);
            begun.SetResult(new CancellationTokenSource(TimeSpan.FromSeconds(10), time));
        }

        var (first, second) = (BeginAsync(), Task.Delay(TimeSpan.FromSeconds(60), time));
        held.Dispose();
        using (await begun.Task)
        {
            Assert.That((time.Elapsed, second.IsCompleted), Is.EqualTo((TimeSpan.FromSeconds(1), false)));
        }

        await Task.WhenAll(first, second);
        Assert.That(time.Elapsed, Is.EqualTo(TimeSpan.FromSeconds(60)));
    }

    [Test]
    public void Limit_InstantTime_FiresOnlyWhenAdvanced()
    {
        var time = FakeTime.Instant();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10), time);
        time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.That(limit.IsCancellationRequested, Is.False);
        time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.That(limit.IsCancellationRequested, Is.True);
    }

    [Test]
    public void Delay_ManualTime_EndsWhenItsTimeHasCome()
    {
        var time = FakeTime.Manual();
        var delay = Task.Delay(TimeSpan.FromSeconds(10), time);
        time.Advance(TimeSpan.FromSeconds(9.999));
        Assert.That(delay.IsCompleted, Is.False);
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.That(delay.IsCompletedSuccessfully, Is.True);
    }
}
