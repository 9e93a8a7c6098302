using CustomerIo.Connector.Api;

namespace CustomerIo.Connector.Tests.Api;

public class RetryPolicyTests
{
    [TestCase(200, 0, 0.0, 200)]
    [TestCase(200, 1, 0.0, 400)]
    [TestCase(200, 5, 0.0, 6400)]
    [TestCase(200, 2, 0.5, 1200)]
    [TestCase(200, 2, 0.999, 1599.2)]
    [TestCase(0, 0, 0.0, 200)]
    [TestCase(0, 3, 0.25, 2000)]
    [TestCase(1, 0, 0.0, 1)]
    [TestCase(20_000, 0, 0.5, 30_000)]
    [TestCase(20_000, 1, 0.0, 30_000)]
    [TestCase(300_000, 0, 0.0, 30_000)]
    [TestCase(200, 19, 0.9, 30_000)]
    public void Delay_Backoff_DoublesSpreadsAndStopsAtThirtySeconds(double first, int n, double random, double expected) =>
        Assert.That(Block(first, exponential: true).Delay(n, null, random).TotalMilliseconds, Is.EqualTo(expected).Within(1e-6));

    [TestCase(0)]
    [TestCase(750)]
    [TestCase(300_000)]
    public void Delay_NoBackoff_IsExactlyTheRetryDelay(double delay) =>
        Assert.That(new[] { 0, 1, 7 }.Select(n => Block(delay, exponential: false).Delay(n, null, 0.9).TotalMilliseconds), Is.All.EqualTo(delay));

    [TestCase(0, 0)]
    [TestCase(7, 7)]
    [TestCase(300, 300)]
    public void Delay_RetryAfter_WinsOverBoth(int asked, int expected)
    {
        Assert.That(Block(750, exponential: false).Delay(2, TimeSpan.FromSeconds(asked), 0.9).TotalSeconds, Is.EqualTo(expected));
        Assert.That(Block(750, exponential: true).Delay(2, TimeSpan.FromSeconds(asked), 0.9).TotalSeconds, Is.EqualTo(expected));
    }

    [FsCheck.NUnit.Property]
    public void Delay_AnyBackoff_StaysBetweenOnceAndTwiceTheStepAndUnderTheCap(ushort first, byte n, byte random)
    {
        var step = Math.Min(30_000, (first == 0 ? 200 : first) * Math.Pow(2, n % 21));
        var delay = Block(first, exponential: true).Delay(n % 21, null, random / 256.0).TotalMilliseconds;
        Assert.That(delay, Is.InRange(step - 0.001, Math.Min(30_000, step * 2)));
    }

    private static RetryPolicy Block(double delay, bool exponential) =>
        new(TimeSpan.FromSeconds(10), 3, true, TimeSpan.FromMilliseconds(delay), exponential, false, false);
}
