using System.Data.Common;
using System.Diagnostics;
using System.Threading.Channels;

namespace CustomerIo.Connector.Pipelines.Stores;

/// <summary>
/// The connector's own tables, which survive a kill: what <see cref="WriteAsync{T}"/> has answered is kept. Writers that come at once share one commit.
/// </summary>
internal abstract class Store : IAsyncDisposable
{
    private const int MaxInOneCommit = 500;

    private readonly Channel<Write> _writes = Channel.CreateBounded<Write>(new BoundedChannelOptions(10_000) { SingleReader = true });
    private Task _writing = Task.CompletedTask;

    /// <summary>What people may see of where the tables are: a file's path, a database without what is secret.</summary>
    public abstract string Name { get; }

    /// <summary>The connection for writing, which works or throws.</summary>
    protected abstract DbConnection Writer { get; }

    /// <summary>How long what must always work is tried again while it meets what passes.</summary>
    protected abstract TimeSpan Patience { get; }

    /// <summary>How long is waited before what passes is tried again; zero where trying waits by itself.</summary>
    protected virtual TimeSpan Pause => TimeSpan.Zero;

    /// <summary>The most bytes that one write may add.</summary>
    protected virtual long MaxInOneWrite => long.MaxValue;

    /// <summary>A connection for reading, from the pool; the caller disposes it.</summary>
    public abstract DbConnection Read();

    /// <summary>Takes note of what reading met: to a damaged file nothing is added any more.</summary>
    /// <param name="met">What was met.</param>
    public virtual void Note(DbException met) { }

    /// <summary>What the tables' database said, in one line, without what is secret.</summary>
    /// <param name="e">What was met.</param>
    public virtual string Told(Exception e) => DatabaseFailure.Text(e);

    /// <summary>The condition that a column's number is one of a list.</summary>
    /// <param name="column">The column.</param>
    /// <param name="list">The parameter that holds the list, as JSON.</param>
    public abstract string Among(string column, string list);

    /// <summary>Lets one transaction of all processes go on at a time, from here to its end.</summary>
    /// <param name="connection">The transaction's connection.</param>
    public abstract void Alone(DbConnection connection);

    /// <summary>Runs the work inside a transaction; when it answers, the change is kept. Work that throws changes nothing.</summary>
    /// <exception cref="DbException">The tables cannot be written, or are gone or damaged.</exception>
    public Task<T> WriteAsync<T>(Func<DbConnection, T> work, CancellationToken cancellationToken = default) =>
        EnqueueAsync(work, 0, always: false, cancellationToken);

    /// <summary>As <see cref="WriteAsync{T}"/>, for work that answers nothing.</summary>
    public Task WriteAsync(Action<DbConnection> work, CancellationToken cancellationToken = default) =>
        WriteAsync<object?>(Answerless(work), cancellationToken);

    /// <summary>As <see cref="WriteAsync{T}"/>, for work that adds much.</summary>
    /// <param name="bytes">About how many bytes it adds: commits and the reserve are measured by it.</param>
    /// <param name="work">The work.</param>
    /// <exception cref="DbException">As <see cref="WriteAsync{T}"/>; also when room for what must always work would be touched.</exception>
    public Task<T> AddAsync<T>(long bytes, Func<DbConnection, T> work) => EnqueueAsync(work, bytes, always: false, default);

    /// <summary>As <see cref="AddAsync{T}(long, Func{DbConnection, T})"/>, for what is done to many at once: those that wait together are one call.</summary>
    /// <param name="bytes">About how many bytes it adds.</param>
    /// <param name="item">What is added.</param>
    /// <param name="work">Adds some, in their order, and answers for each; the same delegate each time.</param>
    /// <exception cref="DbException">As <see cref="AddAsync{T}(long, Func{DbConnection, T})"/>.</exception>
    public async Task<TAnswer> AddAsync<TItem, TAnswer>(long bytes, TItem item, Func<DbConnection, IReadOnlyList<TItem>, IReadOnlyList<TAnswer>> work)
    {
        var write = new Write(c => work(c, [item])[0], bytes, always: false)
        {
            Kind = work,
            Item = item,
            Many = (c, items) => [.. work(c, [.. items.Select(i => (TItem)i!)])],
        };
        await _writes.Writer.WriteAsync(write).ConfigureAwait(false);
        return (TAnswer)(await write.Done.Task.ConfigureAwait(false))!;
    }

    /// <summary>As <see cref="WriteAsync{T}"/>, for work that notes what is done: it gets the reserve when the disk is full, and more patience with a
    /// lock.</summary>
    /// <exception cref="DbException">The tables cannot be written all the same.</exception>
    public Task<T> FinishAsync<T>(Func<DbConnection, T> work) => EnqueueAsync(work, 0, always: true, default);

    /// <summary>As <see cref="FinishAsync{T}"/>, for work that answers nothing.</summary>
    public Task FinishAsync(Action<DbConnection> work) => FinishAsync<object?>(Answerless(work));

    /// <summary>Finishes what is queued, then closes.</summary>
    public async ValueTask DisposeAsync()
    {
        _writes.Writer.TryComplete();
        await _writing.ConfigureAwait(false);
        await CloseAsync().ConfigureAwait(false);
    }

    /// <summary>Begins to write what comes.</summary>
    protected void Begin() => _writing = Task.Factory.StartNew(WriteAll, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Closes what is open, after the last write.</summary>
    protected abstract ValueTask CloseAsync();

    /// <summary>Begins a transaction.</summary>
    /// <exception cref="DbException">The tables are of a format that is not known.</exception>
    protected virtual DbTransaction Begin(DbConnection writer) => writer.BeginTransaction();

    /// <summary>Refuses to add what could not be found, or not be taken out, later.</summary>
    /// <param name="longest">Bytes of the longest write of a commit.</param>
    protected virtual void RequireWhole(long longest) { }

    /// <summary>Refuses where the tables are not those that were opened any more.</summary>
    protected virtual void RequireThere() { }

    /// <summary>Commits with room that is kept for it, where none is left.</summary>
    /// <param name="why">What the first try met.</param>
    /// <param name="commit">Tries again.</param>
    /// <returns>What it met; null when it is done.</returns>
    protected virtual Exception? WithReserve(DbException why, Func<Exception?> commit) => why;

    /// <summary>Whether it may be otherwise in a moment.</summary>
    protected abstract bool Passes(Exception e);

    /// <summary>Whether any other write would have met it, too.</summary>
    protected abstract bool IsOfTheStore(Exception e);

    private async Task<T> EnqueueAsync<T>(Func<DbConnection, T> work, long bytes, bool always, CancellationToken cancellationToken)
    {
        var write = new Write(connection => work(connection), bytes, always);
        await _writes.Writer.WriteAsync(write, cancellationToken).ConfigureAwait(false);
        return (T)(await write.Done.Task.ConfigureAwait(false))!;
    }

    private void WriteAll()
    {
        var batch = new List<Write>();
        while (_writes.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            batch.Clear();
            var bytes = 0L;
            while (batch.Count < MaxInOneCommit && bytes < MaxInOneWrite / 2 && _writes.Reader.TryRead(out var write))
            {
                batch.Add(write);
                bytes += write.Bytes;
            }

            Complete(batch);
        }
    }

    private void Complete(List<Write> batch)
    {
        switch (Commit(batch))
        {
            case null:
                break;
            case DbException e when IsOfTheStore(e):
                // All of them would fail, and each would wait for the lock anew; but what adds nothing needs no room, and no reserve.
                Refuse(batch.Where(w => !w.Always), e);
                if (batch.RemoveAll(w => !w.Always) == 0)
                {
                    Persist(batch, e);
                }
                else if (batch.Count > 0)
                {
                    Complete(batch);
                }

                break;
            case var e when batch.Count == 1:
                Refuse(batch, e);
                break;
            default:
                // One that fails must not undo the others, nor be told that it is kept: then each gets a commit of its own.
                batch.ForEach(w => Complete([w]));
                break;
        }
    }

    /// <summary>Does what must always work: with the reserve on a full disk, again and again while what it meets passes.</summary>
    private void Persist(List<Write> writes, DbException why)
    {
        var failure = WithReserve(why, () => Commit(writes));
        for (var clock = Stopwatch.StartNew(); failure is not null && Passes(failure) && clock.Elapsed < Patience; )
        {
            Thread.Sleep(Pause);
            while (_writes.Reader.TryRead(out var other))
            {
                if (other.Always)
                {
                    writes.Add(other);
                }
                else
                {
                    Refuse([other], failure);
                }
            }

            failure = Commit(writes);
        }

        if (failure is not null)
        {
            Refuse(writes, failure);
        }
    }

    private static void Refuse(IEnumerable<Write> writes, Exception why)
    {
        foreach (var write in writes)
        {
            write.Done.SetException(why);
        }
    }

    /// <returns>Null when it is done; why not, and then nothing is.</returns>
    private Exception? Commit(List<Write> batch)
    {
        try
        {
            var adds = batch.Any(w => !w.Always);
            if (adds)
            {
                RequireWhole(batch.Max(w => w.Bytes));
            }

            var writer = Writer;
            using (var transaction = Begin(writer))
            {
                for (var i = 0; i < batch.Count; )
                {
                    var first = batch[i];
                    var count = first.Kind is null ? 1 : batch.Skip(i).TakeWhile(w => w.Kind == first.Kind).Count();
                    if (count == 1)
                    {
                        first.Answer = first.Work(writer);
                    }
                    else
                    {
                        var answers = first.Many!(writer, batch.Skip(i).Take(count).Select(w => w.Item));
                        for (var k = 0; k < count; k++)
                        {
                            batch[i + k].Answer = answers[k];
                        }
                    }

                    i += count;
                }

                transaction.Commit();
            }

            if (adds)
            {
                RequireThere();
            }
        }
        catch (Exception e)
        {
            if (e is DbException met)
            {
                Note(met);
            }

            return e;
        }

        batch.ForEach(w => w.Done.SetResult(w.Answer));
        return null;
    }

    private static Func<DbConnection, object?> Answerless(Action<DbConnection> work) =>
        connection =>
        {
            work(connection);
            return null;
        };

    private sealed class Write(Func<DbConnection, object?> work, long bytes, bool always)
    {
        public Func<DbConnection, object?> Work { get; } = work;

        public long Bytes { get; } = bytes;

        public bool Always { get; } = always;

        public TaskCompletionSource<object?> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>What those have in common that are one call; null where each is its own.</summary>
        public object? Kind { get; init; }

        /// <summary>Does the work of several of its kind.</summary>
        public Func<DbConnection, IEnumerable<object?>, object?[]>? Many { get; init; }

        public object? Item { get; init; }

        public object? Answer { get; set; }
    }
}
