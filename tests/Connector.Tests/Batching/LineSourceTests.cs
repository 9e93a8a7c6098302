using System.Text;
using CustomerIo.Connector.Batching;

namespace CustomerIo.Connector.Tests.Batching;

public class LineSourceTests
{
    private const int Block = 128 << 10;

    [TestCase("", "")]
    [TestCase("a", "1:a")]
    [TestCase("a\n", "1:a")]
    [TestCase("a\nb", "1:a 2:b")]
    [TestCase("\n\na\n\n", "1: 2: 3:a 4:")]
    [TestCase("a\r\nb\r\n", "1:a\r 2:b\r")]
    public async Task Read_AnyText_GivesItsLinesWithTheirNumbers(string text, string expected)
    {
        foreach (var atOnce in new[] { 1, 2, int.MaxValue })
        {
            using var source = new LineSource(new Trickle(Encoding.UTF8.GetBytes(text), atOnce));
            var lines = await AllAsync(source);
            Assert.That(string.Join(' ', lines.Select(l => $"{l.Number}:{l.Text}")), Is.EqualTo(expected), $"{atOnce} bytes at once");
            Assert.That(source.Position, Is.EqualTo(text.Length));
        }
    }

    [TestCase(Block - 1)]
    [TestCase(Block)]
    [TestCase(Block + 1)]
    [TestCase(3 * Block)]
    public async Task Read_LinesAboutAsLongAsTheBlock_AreWhole(int length)
    {
        string[] expected = [new('a', length), "b", new('c', length), new('d', 10), new('e', length)];
        using var source = new LineSource(new Trickle(Encoding.UTF8.GetBytes(string.Join('\n', expected)), 50_000));

        var lines = await AllAsync(source);

        Assert.That(lines.Select(l => l.Text), Is.EqualTo(expected));
        Assert.That(lines.Select(l => l.TooLong), Is.All.False);
    }

    [Test]
    public async Task Read_LineBeyondTheBound_IsPassedOverAndSaysSo([Values(1 << 20, int.MaxValue)] int atOnce)
    {
        var text = new string('x', LineSource.Longest + (2 << 20));
        using var source = new LineSource(new Trickle(Encoding.UTF8.GetBytes($"a\n{text}\nb\nc"), atOnce));

        var lines = await AllAsync(source);

        Assert.That(lines.Select(l => (l.Number, l.TooLong)), Is.EqualTo(new[] { (1L, false), (2L, true), (3L, false), (4L, false) }));
        Assert.That(lines.Where(l => !l.TooLong).Select(l => l.Text), Is.EqualTo(new[] { "a", "b", "c" }));
    }

    [Test]
    public async Task Read_LineOfSixteenMebibytes_Passes()
    {
        var text = new string('x', LineSource.Longest);
        using var source = new LineSource(new Trickle(Encoding.UTF8.GetBytes($"{text}\nb"), 1 << 20));

        var lines = await AllAsync(source);

        Assert.That(lines.Select(l => (l.Text.Length, l.TooLong)), Is.EqualTo(new[] { (LineSource.Longest, false), (1, false) }));
    }

    [Test]
    public async Task Read_ByManyWorkers_GivesEachLineOnce()
    {
        const int Count = 20_000;
        var text = string.Concat(Enumerable.Range(1, Count).Select(i => $"{i}\n"));
        using var source = new LineSource(new Trickle(Encoding.UTF8.GetBytes(text), 1000));

        var lines = (await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => AllAsync(source))))).SelectMany(l => l).OrderBy(l => l.Number);

        Assert.That(lines.Select(l => (l.Number, l.Text)), Is.EqualTo(Enumerable.Range(1, Count).Select(i => ((long)i, $"{i}"))));
    }

    [Test]
    public void Read_SourceThatGivesNothing_EndsWithTheToken()
    {
        using var cancel = new CancellationTokenSource();
        using var source = new LineSource(new Silent());

        var reading = source.ReadAsync(new Line(), cancel.Token).AsTask();
        cancel.Cancel();

        Assert.That(async () => await reading.WaitAsync(TimeSpan.FromMinutes(1)), Throws.InstanceOf<OperationCanceledException>());
    }

    [TestCase("", true)]
    [TestCase(" \t\r", true)]
    [TestCase(" a\r", false)]
    public void IsBlank_WhiteSpaceAlone(string text, bool expected)
    {
        var line = new Line();
        line.Set(Encoding.UTF8.GetBytes(text));
        Assert.That(line.IsBlank, Is.EqualTo(expected));
    }

    private static async Task<List<(long Number, string Text, bool TooLong)>> AllAsync(LineSource source)
    {
        var lines = new List<(long, string, bool)>();
        var line = new Line();
        while (await source.ReadAsync(line, CancellationToken.None))
        {
            lines.Add((line.Number, Encoding.UTF8.GetString(line.Bytes), line.TooLong));
        }

        return lines;
    }

    /// <summary>Gives some bytes at once, as a pipe does.</summary>
    private sealed class Trickle(byte[] bytes, int atOnce) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, atOnce)], cancellationToken);
    }

    private sealed class Silent : MemoryStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await new TaskCompletionSource().Task;
            return 0;
        }
    }
}
