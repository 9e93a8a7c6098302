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
    public async Task Limit_InstantTime_FiresOnlyWhenAdvanced()
    {
        var time = FakeTime.Instant();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10), time);
        await Task.Delay(TimeSpan.FromSeconds(60), time);
        Assert.That(limit.IsCancellationRequested, Is.False);
        time.Advance(TimeSpan.Zero);
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
