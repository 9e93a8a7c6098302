namespace CustomerIo.Connector.Benchmarks.Scale;

/// <summary>What the model is made of, each number with its source. Times are in seconds, sizes in bytes.</summary>
/// <remarks>"Code" is a constant of src, and compared by a test. "Measured" was found on a machine with two processors that all parts shared and that had
/// other work, so it is rather too much. "Documented" is Customer.io's. "Assumed" is nobody's but ours: look at these first when your figures differ.
/// </remarks>
internal sealed record Parameters
{
    // Of Customer.io.

    /// <summary>Requests a second of a workspace. Documented for the Track API, and the default of the rate that machines share.</summary>
    public double TrackRate { get; init; } = 1000;

    /// <summary>The part of an answer's time that is the same for all. Assumed: a data centre on the same continent.</summary>
    public double AnswerTime { get; init; } = 0.08;

    /// <summary>The mean of the part that differs, exponentially distributed. Assumed: a fifth of the whole.</summary>
    public double AnswerTail { get; init; } = 0.02;

    // Of the connector.

    /// <summary>Events that are taken from the queue for a group. Code: Delivery.Most.</summary>
    public int GroupSize { get; init; } = 500;

    /// <summary>Groups on their way at once. Code: Delivery.MaxGroups.</summary>
    public int Groups { get; init; } = 4;

    /// <summary>Requests on their way at once. Code: the default of --concurrency.</summary>
    public int Concurrency { get; init; } = 16;

    /// <summary>Requests from senders that share a transaction at most. Code: Store.MaxInOneCommit.</summary>
    public int CommitSize { get; init; } = 500;

    /// <summary>Events that may wait before further ones are answered 503. Code: the default of --queue.</summary>
    public long Queue { get; init; } = 1_000_000;

    /// <summary>How often a machine looks whether it may deliver, and who delivers whether another machine has taken events. Code: SharedTurn, EventStore.
    /// </summary>
    public double Look { get; init; } = 0.25;

    /// <summary>How often who delivers proves that it may. Code: SyncLock.</summary>
    public double Beat { get; init; } = 0.5;

    /// <summary>After how long another machine delivers when one is gone without a word. Code: SyncLock.Lease.</summary>
    public double Lease { get; init; } = 8;

    /// <summary>What who takes over waits first. Code: SharedTurn.</summary>
    public double Settle { get; init; } = 1;

    /// <summary>The first and the longest wait of a delivery that failed, doubled in between. Code: Delivery.</summary>
    public (double Shortest, double Longest) Backoff { get; init; } = (1, 60);

    /// <summary>What a sender is asked to wait when the database is away, and when the queue is full. Code: IngestPart.</summary>
    public (double Away, double Full) RetryAfter { get; init; } = (10, 30);

    /// <summary>Connections of a process: for writing, for reading and for the lease; and one more when it delivers, beside those for the rate, one and
    /// as many as there are turns at once. Measured: pg_stat_activity had 3 sessions of a machine that stood by and 21 of one that delivered.</summary>
    public (int Each, int Deliverer) Connections { get; init; } = (3, 1);

    /// <summary>Connections of a process for turns of the rate, at most. Npgsql's default; <c>Maximum Pool Size</c> of the connection sets it.</summary>
    public int PoolSize { get; init; } = 100;

    /// <summary>Processor time of the hub for a request, and for each event in it. Measured.</summary>
    public (double Request, double Event) TakeCost { get; init; } = (75e-6, 20e-6);

    /// <summary>Processor time of who delivers for an event: to translate it, one after the other, and to send it, side by side. Measured.</summary>
    public (double Translate, double Send) DeliverCost { get; init; } = (30e-6, 45e-6);

    /// <summary>Whether machines share the rate in the database. Code: not against an address of the machine itself, unless asked for.</summary>
    public bool IsRateShared { get; init; } = true;

    /// <summary>Processor time of a receiver on the same machine, for an event. Zero for Customer.io.</summary>
    public double ReceiverCost { get; init; }

    // Of PostgreSQL.

    /// <summary>Processor time of a transaction that takes events, and for each event in it. Measured.</summary>
    public (double Transaction, double Event) InsertCost { get; init; } = (500e-6, 5e-6);

    /// <summary>Processor time to read an event, and to take it out. Measured.</summary>
    public (double Read, double Delete) EventCost { get; init; } = (0.6e-6, 2.4e-6);

    /// <summary>Processor time to compare a waiting event with one that is on its way: whoever reads the queue passes over those, each row is held against
    /// the whole list, so that the time grows with the square of a group. Measured: 0.3 ms to read 500 behind none, 5 ms behind 1,500, 50 ms behind 6,000.
    /// </summary>
    public double PassCost { get; init; } = 2.5e-9;

    /// <summary>Processor time of a short statement, and of one that changes a row and commits: a turn of the rate, a proof of the lease. Measured.</summary>
    public (double Read, double Change) StatementCost { get; init; } = (30e-6, 250e-6);

    /// <summary>Processor time of a look whether the lease is free, in the database and in the hub, and how many journeys it is. Measured with four that
    /// stood by, and counted in the code.</summary>
    public (double Database, double Hub, int Journeys) LookCost { get; init; } = (1.3e-3, 2.5e-3, 8);

    /// <summary>Until a commit is on disk. Measured: pg_test_fsync, fdatasync.</summary>
    public double Flush { get; init; } = 0.0009;

    /// <summary>What the journal grows by for an event that is taken and for one that is done. Measured: pg_current_wal_lsn.</summary>
    public (long Taken, long Done) JournalBytes { get; init; } = (780, 65);

    /// <summary>What the journal's disk takes in a second. Assumed: a common cloud volume.</summary>
    public double DiskRate { get; init; } = 250e6;

    /// <summary>Between a machine and its database and back. Assumed: another rack.</summary>
    public double Journey { get; init; } = 0.0005;

    /// <summary>max_connections without those that are reserved. PostgreSQL's default is 100; here what a server with 32 GB is given. Assumed.</summary>
    public int MaxConnections { get; init; } = 500;

    // Of the machines and the senders.

    /// <summary>Processors of a machine and of a database. Assumed.</summary>
    public (int Machine, int Database) Processors { get; init; } = (4, 8);

    /// <summary>Whether all are the same processors: a laptop.</summary>
    public bool IsOneMachine { get; init; }

    /// <summary>Events in a request. Assumed: SDKs of servers send 20 at once by default, browsers one.</summary>
    public int RequestEvents { get; init; } = 20;

    /// <summary>Senders that wait for their answer before they send again, in place of a rate; 0 for none.</summary>
    public int Senders { get; init; }

    /// <summary>Processor time of a sender on the same machine for a request, and for each event in it. Zero for others.</summary>
    public (double Request, double Event) SenderCost { get; init; }

    /// <summary>How long the load balancer still sends to a machine that is gone, and a sender's wait before it tries again. Assumed.</summary>
    public (double Detected, double Again) Balancer { get; init; } = (5, 1);

    /// <summary>How much more than the day's mean arrives in its busiest hour, as a part of the mean. Assumed: people of a few time zones.</summary>
    public double Swing { get; init; } = 0.9;

    /// <summary>The exponent of the workspaces' sizes: the n-th largest has a share of 1/n^s. Sizes of customers, sites and cities follow Zipf's law with s
    /// near 1; the largest of 100 then has 19 % of all.</summary>
    public double Zipf { get; init; } = 1;

    /// <summary>Machines on which a workspace runs: one delivers, one stands by and one more may be missed.</summary>
    public int Replicas { get; init; } = 3;

    /// <summary>The mean rate of a day, times this, at an hour.</summary>
    /// <param name="hour">0 to 24; the busiest is 20.</param>
    public double Curve(double hour) => 1 + (Swing * Math.Cos((hour - 20) / 24 * 2 * Math.PI));
}
