using CustomerIo.Connector.Batching;
using CustomerIo.Connector.Track;

namespace CustomerIo.Connector.Tests.Batching;

public class SlowSourceTests
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    [Test]
    public async Task Read_AQuickSource_HandsOnFullBlocksAndTheRest()
    {
        var source = new Source(FakeTime.Manual(), full: 2);
        source.Give(1, 2, 3);
        source.End();
        await source.ReadAsync().WaitAsync(s_minute);
        Assert.That(source.HandedOn, Is.EqualTo(new[] { "1 2", "3" }));
        Assert.That(source.Time.Delays, Is.Empty, "what comes at once is not waited for");
    }

    [Test]
    public async Task Read_TheSourcePauses_WhatHasComeIsHandedOnMeanwhile()
    {
        var source = new Source(FakeTime.Manual(), full: 9);
        source.Give(1);
        var reading = source.ReadAsync();
        await source.Time.WhenDelayed(1).WaitAsync(s_minute);
        Assert.That(source.HandedOn, Is.Empty);

        source.Time.Advance(TimeSpan.FromMilliseconds(99));
        Assert.That(source.HandedOn, Is.Empty);
        source.Time.Advance(TimeSpan.FromMilliseconds(1));
        await source.WhenHandedOn(1).WaitAsync(s_minute);
        Assert.That(source.HandedOn, Is.EqualTo(new[] { "1 pause" }));

        // Nothing has come since, so that there is nothing to hand on: the next pause is no longer counted.
        source.Give(2);
        source.End();
        await reading.WaitAsync(s_minute);
        Assert.That(source.HandedOn, Is.EqualTo(new[] { "1 pause", "2" }));
    }

    [Test]
    public async Task Read_ASourceThatBeginsSlowly_IsWaitedForWithoutAClock()
    {
        var source = new Source(FakeTime.Manual(), full: 9);
        var reading = source.ReadAsync();
        Assert.That((reading.IsCompleted, source.Time.Delays.Count), Is.EqualTo((false, 0)));
        source.End();
        await reading.WaitAsync(s_minute);
        Assert.That(source.HandedOn, Is.EqualTo(new[] { "" }));
    }

    [Test]
    public async Task Read_TheItemComesWithinThePause_StaysInItsBlock()
    {
        var source = new Source(FakeTime.Manual(), full: 9);
        source.Give(1);
        var reading = source.ReadAsync();
        await source.Time.WhenDelayed(1).WaitAsync(s_minute);
        source.Give(2);
        source.End();
        await reading.WaitAsync(s_minute);
        Assert.That(source.HandedOn, Is.EqualTo(new[] { "1 2" }));
    }

    /// <summary>Gives numbers when the test says so, and notes the blocks.</summary>
    private sealed class Source(FakeTime time, int full)
    {
        private readonly System.Threading.Channels.Channel<int> _items = System.Threading.Channels.Channel.CreateUnbounded<int>();
        private readonly List<string> _handedOn = [];
        private readonly Signal _arrived = new();
        private int _item;

        public FakeTime Time => time;

        public IReadOnlyList<string> HandedOn
        {
            get
            {
                lock (_handedOn)
                {
                    return [.. _handedOn];
                }
            }
        }

        public Task WhenHandedOn(int count) => _arrived.When(count);

        public void Give(params int[] items) => Assert.That(items.Select(_items.Writer.TryWrite), Is.All.True);

        public void End() => _items.Writer.Complete();

        public Task ReadAsync() =>
            SlowSource.ReadAsync(
                NextAsync,
                block =>
                {
                    block.Items.Add(_item);
                    return block.Items.Count == full;
                },
                () => new Block(),
                block =>
                {
                    lock (_handedOn)
                    {
                        _handedOn.Add(string.Join(' ', block.Items) + (block.IsPause ? " pause" : ""));
                        _arrived.Raise(_handedOn.Count);
                    }

                    return Task.CompletedTask;
                },
                time,
                CancellationToken.None
            );

        private async ValueTask<bool> NextAsync() => await _items.Reader.WaitToReadAsync() && _items.Reader.TryRead(out _item);
    }

    private sealed class Block : BatchBlock
    {
        public List<int> Items { get; } = [];

        public override int Count => Items.Count;

        protected override void End(int place, ItemFailure? failure) { }
    }
}
