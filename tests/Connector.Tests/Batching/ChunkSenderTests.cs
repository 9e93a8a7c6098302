using System.Text;
using CustomerIo.Connector.Api;
using CustomerIo.Connector.Batching;
using CustomerIo.Connector.Tests.Kit;
using CustomerIo.Connector.Track;

namespace CustomerIo.Connector.Tests.Batching;

/// <summary>One chunk on its way: how it is cut, what is tried again, what is called lost, and who is held back for it.</summary>
public class ChunkSenderTests
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    [TestCase(16, 5, "0-15 | 0-3 4-7 8-11 12-15 | 4 5 6 7")]
    [TestCase(5, 1, "0-4 | 0-1 2-3 4 | 0 1")]
    [TestCase(3, 2, "0-2 | 0 1 2")]
    [TestCase(2, 0, "0-1 | 0 1")]
    [TestCase(1, 0, "0")]
    public async Task Send_OneSpoilsTheChunk_IsFoundByQuarters(int count, int spoilt, string requests)
    {
        using var bench = new Bench(Wire.Always(r => Places(r).Contains(spoilt) ? Answer.Status(400) : Answer.Ok()));
        var sender = Sender(bench);

        var failures = await SendAsync(sender, Chunk(Enumerable.Range(1, count)));

        Assert.That(Text(failures), Is.EqualTo($"{spoilt}:Rejected"));
        Assert.That(Sent(bench), Is.EquivalentTo(requests.Split([' ', '|'], StringSplitOptions.RemoveEmptyEntries)));
        Assert.That((bench.Time.Elapsed, sender.End, sender.Held.IsEmpty), Is.EqualTo((TimeSpan.Zero, (ConnectorException?)null, true)));
    }

    [TestCase(400)]
    [TestCase(413)]
    public async Task Send_OnePersonsChunkIsSpoilt_IsHalvedInItsOrder(int status)
    {
        using var bench = new Bench(Wire.Always(r => Places(r).Contains(2) ? Answer.Status(status) : Answer.Ok()));

        var failures = await SendAsync(Sender(bench), Chunk([7, 7, 7, 7, 7]));

        Assert.That(Text(failures), Is.EqualTo("2:Rejected"));
        Assert.That(Sent(bench), Is.EqualTo(new[] { "0-4", "0-1", "2-4", "2", "3-4" }));
    }

    [Test]
    public async Task Send_PeopleBetweenEachOther_StayTogetherInTheirOrder()
    {
        using var bench = new Bench(Wire.Always(r => Places(r).Contains(0) ? Answer.Status(400) : Answer.Ok()));

        var failures = await SendAsync(Sender(bench), Chunk([1, 2, 3, 4, 1, 2, 3, 4]));

        Assert.That(Text(failures), Is.EqualTo("0:Rejected"));
        Assert.That(Sent(bench), Is.EquivalentTo(new[] { "0-7", "0,4", "1,5", "2,6", "3,7", "0", "4" }));
    }

    [TestCase(404)]
    [TestCase(422)]
    public async Task Send_RefusedForAnotherReason_IsNotCut(int status)
    {
        using var bench = new Bench(Wire.Always(_ => Answer.Status(status, """{"meta":{"error":"no"}}""")));
        var failures = await SendAsync(Sender(bench), Chunk([1, 2]));
        Assert.That(Text(failures), Is.EqualTo("0:Rejected:shared 1:Rejected:shared"));
        Assert.That((bench.Wire.Requests.Count, bench.Time.Elapsed), Is.EqualTo((1, TimeSpan.Zero)));
    }

    [Test]
    public async Task Send_OneFailsForEver_IsSetAsideAndHoldsItsPersonBack()
    {
        using var bench = new Bench(Wire.Always(r => Places(r).Contains(2) ? Answer.Status(500) : Answer.Ok()));
        var sender = Sender(bench);

        var failures = await SendAsync(sender, Chunk([7, 7, 7, 7]));

        Assert.That(Text(failures), Is.EqualTo("2:Unavailable:alone 3:Unavailable"));
        Assert.That(failures[0].Cause.Message, Does.EndWith(" Others are accepted meanwhile, so look at this one before you send it again."));
        Assert.That((failures[0].Cause.Status, failures[0].Cause.Attempts), Is.EqualTo(((int?)500, 4)));
        Assert.That(failures[1].Cause.Message, Does.StartWith("An earlier row of the same person"));
        Assert.That(Sent(bench), Is.EqualTo(new[] { "0-3", "0-1", "2-3", "2", "2" }));
        Assert.That(bench.Time.DelaysMs, Is.EqualTo(new double[] { 200 }));

        failures = await SendAsync(sender, Chunk([7, 8, 7]));
        Assert.That(Text(failures), Is.EqualTo("0:Unavailable 2:Unavailable"));
        Assert.That(Sent(bench)[5..], Is.EqualTo(new[] { "1" }));

        failures = await SendAsync(sender, Chunk([7]));
        Assert.That((Text(failures), bench.Wire.Requests.Count), Is.EqualTo(("0:Unavailable", 6)));
    }

    [Test]
    public async Task Send_OneAloneFailsForEver_IsLostAfterTheRetriesOfARun()
    {
        using var bench = new Bench(Wire.Always(_ => Answer.Status(500)));
        var sender = Sender(bench);

        var failures = await SendAsync(sender, Chunk([7]));

        Assert.That(Text(failures), Is.EqualTo("0:Unavailable:shared:alone"));
        Assert.That(bench.Time.DelaysMs, Is.EqualTo(new double[] { 200, 400, 800 }));
        Assert.That(bench.Wire.Requests, Has.Count.EqualTo(4));
        Assert.That(sender.Held.Holds([7]), Is.True);
    }

    [Test]
    public async Task Send_NotAllAccepted_NamesThemAlsoWhereTheStatusIsASuccess([Values(200, 207)] int status)
    {
        using var bench = new Bench(Wire.Always(_ => Answer.Status(status, """{"errors":[{"batch_index":2,"reason":"x"},{"batch_index":0,"reason":"y"}]}""")));
        var failures = await SendAsync(Sender(bench), Chunk([1, 2, 3]));
        Assert.That((Text(failures), bench.Wire.Requests.Count), Is.EqualTo(("0:Rejected 2:Rejected", 1)));
    }

    [Test]
    public async Task Send_NotAllAcceptedAndNobodyNamed_IsUncertainForEach()
    {
        using var bench = new Bench(Wire.Always(_ => Answer.Status(207, "[]")));
        var sender = Sender(bench);
        var failures = await SendAsync(sender, Chunk([1, 2]));
        Assert.That((Text(failures), bench.Wire.Requests.Count), Is.EqualTo(("0:Uncertain 1:Uncertain", 1)));
        Assert.That(
            (failures[0].Cause.Status, failures[0].Cause.Message),
            Is.EqualTo(((int?)207, "Customer.io accepted a part of the operations (207), but did not say which. Look in Customer.io before you repeat them."))
        );
        Assert.That(sender.Held.IsEmpty, "what may have been done holds nobody back");
    }

    [Test]
    public async Task Send_WhatMustNotBeDoneTwice_IsSentOnce()
    {
        using var bench = new Bench(Wire.Always(_ => Answer.Status(500)));
        var chunk = Chunk([1]);
        chunk.TryAdd("1"u8, repeatable: false, [2]);

        var failures = await SendAsync(Sender(bench), chunk);

        Assert.That(Text(failures), Is.EqualTo("0:Uncertain 1:Uncertain"));
        Assert.That((bench.Wire.Requests.Count, bench.Time.Elapsed), Is.EqualTo((1, TimeSpan.Zero)));
    }

    [Test]
    public async Task Send_KeysRefused_EndsTheRun()
    {
        using var bench = new Bench(Wire.Always(_ => Answer.Status(401)));
        var sender = Sender(bench);

        Assert.That(Text(await SendAsync(sender, Chunk([1, 2]))), Is.EqualTo("0:Connection:shared 1:Connection:shared"));
        Assert.That(sender.End!.Status, Is.EqualTo(401));

        Assert.That(Text(await SendAsync(sender, Chunk([3]))), Is.EqualTo("0:Connection:shared"));
        Assert.That(bench.Wire.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Send_AGuardRefusesOne_TheOthersPassWhereItJudgesSingly([Values] bool singly)
    {
        var connection = new Connection
        {
            SiteId = Bench.SiteId,
            ApiKey = Bench.ApiKey,
            Region = Region.Us,
            BlockDestructive = true,
        };
        using var bench = new Bench(Wire.Ok());
        var sender = singly
            ? bench.Connector.Chunks(connection, new RunOptions(), "row")
            : new ChunkSender(bench.Connector.Events(connection, new RunOptions(), new HeldPeople("event")).Api, new HeldPeople("row"));
        var chunk = new BatchChunk();
        foreach (var (action, person) in new[] { ("identify", 1UL), ("delete", 2UL), ("identify", 3UL) })
        {
            chunk.TryAdd(Encoding.UTF8.GetBytes($$$"""{"type":"person","action":"{{{action}}}","identifiers":{"id":"u{{{person}}}"}}"""), true, [person]);
        }

        var failures = await SendAsync(sender, chunk);

        Assert.That(Text(failures), Is.EqualTo(singly ? "1:Connection" : "0:Connection:shared 1:Connection:shared 2:Connection:shared"));
        Assert.That((sender.End is null, bench.Wire.Requests.Count), Is.EqualTo((singly, singly ? 2 : 0)));
    }

    [Test]
    public async Task Send_AnAttemptWasGivenUp_ItsBytesMayStillBeRead()
    {
        using var bench = new Bench(Answer.Ok(), Answer.Broken(), Answer.Ok());
        var (sender, first, second) = (Sender(bench), Chunk([1]), Chunk([1]));
        await SendAsync(sender, first);
        await SendAsync(sender, second);
        Assert.That((first.IsAbandoned, second.IsAbandoned, bench.Wire.Requests.Count), Is.EqualTo((false, true, 3)));
    }

    [Test]
    public async Task Send_AnOutageThatEnds_IsAskedForOnceAfterEachWaitAndLosesNothing()
    {
        var (time, asked, accepted) = (FakeTime.Instant(), new List<(TimeSpan At, bool IsBatch)>(), new List<int>());
        var over = TimeSpan.FromSeconds(45);
        var gate = new Lock();
        using var bench = new Bench(
            Wire.Always(r =>
            {
                lock (gate)
                {
                    if (time.Elapsed < over)
                    {
                        asked.Add((time.Elapsed, r.Method == "POST"));
                        return Answer.Status(503);
                    }

                    accepted.AddRange(r.Method == "POST" ? Places(r) : []);
                    return r.Method == "POST" ? Answer.Ok() : Answer.Ok("""{"region":"us"}""");
                }
            }),
            time
        );

        var failures = await SendAsync(Sender(bench, patience: TimeSpan.FromMinutes(2)), Chunk(Enumerable.Range(1, 100)));

        Assert.That(failures, Is.Empty);
        Assert.That(accepted, Is.EquivalentTo(Enumerable.Range(0, 100)));
        var waits = time.DelaysMs;
        Assert.That(waits[..6], Is.EqualTo(new double[] { 200, 400, 800, 1600, 3200, 6400 }));
        Assert.That(asked.Count(a => a.IsBatch && a.At > TimeSpan.Zero), Is.EqualTo(waits.Length - 1), "one after each wait but the last");
        Assert.That(asked.Count(a => !a.IsBatch), Is.EqualTo(waits.Length - 1 - 3), "a job asks whose outage it is once a single run would stop");
    }

    [Test]
    public async Task Send_AnOutageBeyondThePatience_IsLostAsOne()
    {
        using var bench = new Bench(Wire.Always(_ => Answer.Status(503)));
        var patience = TimeSpan.FromSeconds(20);
        var failures = await SendAsync(Sender(bench, patience), Chunk(Enumerable.Range(1, 100)));
        Assert.That(failures.Select(f => (f.Index, f.Kind, f.IsShared)), Is.EqualTo(Enumerable.Range(0, 100).Select(i => (i, FailureKind.Unavailable, true))));
        Assert.That(bench.Time.DelaysMs, Is.EqualTo(new double[] { 200, 400, 800, 1600, 3200, 6400, 12_800 }));
    }

    [Test]
    public async Task Send_NobodyElseToTellItBy_TheAccountIsAskedWhetherTheseAreTheCulprits()
    {
        using var bench = new Bench(Wire.Always(r => r.Method == "POST" ? Answer.Status(500) : Answer.Ok("""{"region":"us"}""")));
        var sender = Sender(bench, TimeSpan.FromMinutes(2));

        var failures = await SendAsync(sender, Chunk([7]));

        Assert.That(Text(failures), Is.EqualTo("0:Unavailable:alone"));
        Assert.That(bench.Time.DelaysMs, Is.EqualTo(new double[] { 200, 400, 800, 1600 }));
        Assert.That(bench.Wire.Requests.Select(r => r.Method), Is.EqualTo(new[] { "POST", "POST", "POST", "POST", "GET", "POST" }));
        Assert.That(sender.End, Is.Null);
    }

    [Test]
    public async Task Send_ThreeCulpritsAndNobodyElse_AreEachNamedLongBeforeThePatienceEnds()
    {
        using var bench = new Bench(Wire.Always(r => r.Method == "POST" ? Answer.Status(500) : Answer.Ok("""{"region":"us"}""")));
        var failures = await SendAsync(Sender(bench, TimeSpan.FromMinutes(2)), Chunk([1, 2, 3]));
        Assert.That(Text(failures), Is.EqualTo("0:Unavailable:alone 1:Unavailable:alone 2:Unavailable:alone"));
        Assert.That(bench.Time.Elapsed, Is.LessThan(TimeSpan.FromSeconds(10)));
    }

    [TestCase(false, "0:RateLimited:shared 1:RateLimited:shared", 4)]
    [TestCase(true, "", 6)]
    public async Task Send_SlowedDown_IsWaitedForByAJobOnly(bool isPatient, string expected, int requests)
    {
        var answers = Enumerable.Repeat(429, 5).Select(status => Answer.Status(status)).Append(Answer.Ok());
        using var bench = new Bench([.. answers]);
        var failures = await SendAsync(Sender(bench, isPatient ? s_minute : default), Chunk([1, 2]));
        Assert.That((Text(failures), bench.Wire.Requests.Count), Is.EqualTo((expected, requests)));
    }

    [Test]
    public async Task Send_CancelledWhileItWaits_SaysWhatItMet()
    {
        using var cancel = new CancellationTokenSource();
        using var bench = new Bench(Wire.Always(_ => Answer.Status(503)), FakeTime.Manual());
        var sending = Sender(bench).SendAsync(Chunk([1]), cancel.Token);
        await bench.Time.WhenDelayed(1).WaitAsync(s_minute);
        await cancel.CancelAsync();

        var failures = await sending.WaitAsync(s_minute);

        Assert.That(Text(failures), Is.EqualTo("0:Cancelled:shared"));
        Assert.That(failures[0].Cause.Message, Does.StartWith("The run was cancelled while this waited to be sent again. "));
        Assert.That((failures[0].Cause.Status, failures[0].Cause.HasArrived, bench.Wire.Requests.Count), Is.EqualTo(((int?)503, true, 1)));
    }

    [TestCase(FailureKind.RateLimited, false, 0, 0, 0, false)]
    [TestCase(FailureKind.RateLimited, false, 9, 99, 10, true)]
    [TestCase(FailureKind.Unavailable, true, 0, 0, 0, true)]
    [TestCase(FailureKind.Unavailable, true, 2, 0, 0, true)]
    [TestCase(FailureKind.Unavailable, true, 3, 0, 0, false)]
    [TestCase(FailureKind.Unavailable, false, 0, 0, 0, false)]
    [TestCase(FailureKind.Unavailable, true, 3, 9, 10, true)]
    [TestCase(FailureKind.Unavailable, false, 3, 9, 10, true)]
    [TestCase(FailureKind.Unavailable, true, 3, 10, 10, false)]
    [TestCase(FailureKind.Rejected, true, 0, 0, 10, false)]
    [TestCase(FailureKind.Connection, true, 0, 0, 10, false)]
    [TestCase(FailureKind.Uncertain, true, 0, 0, 10, false)]
    public async Task Pause_AfterAFailure_ThereIsAnotherAttemptOrNone(FailureKind kind, bool hasArrived, int n, int waited, int patience, bool expected)
    {
        using var bench = new Bench();
        var cause = new ConnectorException(kind, "m") { HasArrived = hasArrived, RetryAfter = TimeSpan.FromSeconds(7) };
        var more = await Sender(bench, TimeSpan.FromSeconds(patience))
            .PauseAsync(n, cause, TimeSpan.FromSeconds(waited), CancellationToken.None)
            .WaitAsync(s_minute);
        Assert.That(more, Is.EqualTo(expected));
        Assert.That(bench.Time.Delays, Is.EqualTo(expected ? [TimeSpan.FromSeconds(7)] : Array.Empty<TimeSpan>()));
    }

    [TestCase(FailureKind.Unavailable, true, true, FailureKind.Cancelled, true)]
    [TestCase(FailureKind.Unavailable, false, true, FailureKind.Cancelled, false)]
    [TestCase(FailureKind.RateLimited, true, true, FailureKind.Cancelled, false)]
    [TestCase(FailureKind.Rejected, true, true, FailureKind.Rejected, true)]
    [TestCase(FailureKind.Unavailable, true, false, FailureKind.Unavailable, true)]
    public void Ended_WhatWasToBeRepeated_SaysThatTheRunWasCancelled(FailureKind kind, bool hasArrived, bool isCancelled, FailureKind expected, bool arrived)
    {
        var cause = new ConnectorException(kind, "m")
        {
            Status = 503,
            Attempts = 2,
            HasArrived = hasArrived,
        };
        var ended = ChunkSender.Ended(cause, new CancellationToken(isCancelled));
        Assert.That((ended.Kind, ended.HasArrived, ended.Status, ended.Attempts), Is.EqualTo((expected, arrived, (int?)503, 2)));
        Assert.That(ended.Message, Is.EqualTo(expected == FailureKind.Cancelled ? "The run was cancelled while this waited to be sent again. m" : "m"));
        Assert.That(ReferenceEquals(ended, cause), Is.EqualTo(kind == expected));
    }

    [TestCase(FailureKind.Unavailable, true, null, true)]
    [TestCase(FailureKind.Unavailable, true, 408, true)]
    [TestCase(FailureKind.Unavailable, true, 500, true)]
    [TestCase(FailureKind.Unavailable, true, 499, false)]
    [TestCase(FailureKind.Unavailable, false, 500, false)]
    [TestCase(FailureKind.RateLimited, true, 500, false)]
    public void IsSuspect_WhatArrivedAndWasNotAnsweredWell(FailureKind kind, bool hasArrived, int? status, bool expected) =>
        Assert.That(ChunkSender.IsSuspect(new ConnectorException(kind, "m") { HasArrived = hasArrived, Status = status }), Is.EqualTo(expected));

    [TestCase(200, "{}", null)]
    [TestCase(207, """{"errors":[{"batch_index":0,"reason":"x","message":"m"}]}""", "Rejected: m")]
    [TestCase(200, """{"errors":[{"batch_index":0,"reason":"x","message":"m"}]}""", "Rejected: m")]
    [TestCase(207, "{}", "Uncertain: Customer.io accepted a part of the operations (207), but did not say which. Look in Customer.io before you repeat them.")]
    [TestCase(400, """{"meta":{"error":"no"}}""", "Rejected: Customer.io refused the request (400). It said: no.")]
    public async Task Attempt_ARequestOfItsOwn_IsSentOnceAndToldWhatItMet(int status, string body, string? expected)
    {
        using var bench = new Bench(Answer.Status(status, body));
        var request = ApiRequest.Post(ApiName.Track, "/api/v2/batch", new Newtonsoft.Json.Linq.JObject()) with { Repeat = Repeat.ByCaller };
        var sender = Sender(bench);
        var cause = await sender.AttemptAsync(request, CancellationToken.None).WaitAsync(s_minute);
        Assert.That(cause is null ? null : $"{cause.Kind}: {cause.Message}", Is.EqualTo(expected));
        Assert.That((sender.Answers, sender.End), Is.EqualTo((1L, (ConnectorException?)null)));
    }

    [Test]
    public async Task Attempt_Cancelled_SaysSo()
    {
        using var bench = new Bench();
        var request = ApiRequest.Get(ApiName.Track, "/api/v1/accounts/region");
        var cause = await Sender(bench).AttemptAsync(request, new CancellationToken(true)).WaitAsync(s_minute);
        Assert.That(cause?.Kind, Is.EqualTo(FailureKind.Cancelled));
    }

    private static ChunkSender Sender(Bench bench, TimeSpan patience = default) => bench.Connector.Chunks(Bench.Us, new RunOptions(), "row", patience);

    private static Task<IReadOnlyList<ItemFailure>> SendAsync(ChunkSender sender, BatchChunk chunk) =>
        sender.SendAsync(chunk, CancellationToken.None).WaitAsync(s_minute);

    private static BatchChunk Chunk(IEnumerable<int> people)
    {
        var chunk = new BatchChunk();
        foreach (var person in people)
        {
            chunk.TryAdd(Encoding.ASCII.GetBytes($"{chunk.Count}"), keys: [(ulong)person]);
        }

        return chunk;
    }

    private static int[] Places(WireRequest request) => [.. Bench.Json(request.BodyText)["batch"]!.Select(o => (int)o)];

    /// <summary>The places in each batch request, runs of them as first and last.</summary>
    private static string[] Sent(Bench bench) =>
        [.. bench.Wire.Requests.Select(Places).Select(p => p.Length > 1 && p[^1] - p[0] == p.Length - 1 ? $"{p[0]}-{p[^1]}" : string.Join(',', p))];

    private static string Text(IEnumerable<ItemFailure> failures) =>
        string.Join(' ', failures.Select(f => $"{f.Index}:{f.Kind}{(f.IsShared ? ":shared" : "")}{(f.IsAlone ? ":alone" : "")}"));
}
