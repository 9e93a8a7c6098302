using CustomerIo.Connector.Track;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Tests.Track;

public class ItemFailureTests
{
    [TestCase(FailureKind.Input, false, false)]
    [TestCase(FailureKind.Connection, false, true)]
    [TestCase(FailureKind.Rejected, false, false)]
    [TestCase(FailureKind.RateLimited, true, true)]
    [TestCase(FailureKind.Unavailable, true, true)]
    [TestCase(FailureKind.Uncertain, false, false)]
    [TestCase(FailureKind.Cancelled, false, true)]
    public void Kind_SaysWhetherItMayPassLaterAndWhetherItHoldsThePersonBack(FailureKind kind, bool isRetryable, bool holds)
    {
        var failure = Failure(0, kind);
        Assert.That((failure.IsRetryable, failure.Holds), Is.EqualTo((isRetryable, holds)));
    }

    [Test]
    public void Holds_NobodyForWhatAGuardRefused() =>
        Assert.That(new ItemFailure(0, new ConnectorException(FailureKind.Connection, "m").OfGuard()).Holds, Is.False);

    [TestCase(FailureKind.Input, "", "", "m")]
    [TestCase(FailureKind.Input, "/a", "/a", "/a is wrong")]
    [TestCase(FailureKind.Rejected, "/a", "/a", "/a is wrong")]
    [TestCase(FailureKind.Unavailable, "/a", "", "m")]
    [TestCase(FailureKind.Input, "/a /b", "", "/a: /a is wrong; /b: /b is wrong")]
    [TestCase(FailureKind.Rejected, "/a /b", "", "m")]
    public void Problem_IsTheOneOrSaysAll(FailureKind kind, string paths, string path, string message) =>
        Assert.That(Failure(0, kind, paths).Problem, Is.EqualTo(new Problem(path, message)));

    [TestCase("", "/operations/3")]
    [TestCase("/a", "/operations/3/a")]
    [TestCase("attributes.plan", "/operations/3/attributes.plan")]
    public void In_IsThePathInTheWholeList(string path, string expected)
    {
        var cause = new ConnectorException(FailureKind.Rejected, "m", [new Problem(path, "no")]);
        Assert.That(new ItemFailure(3, cause).In("operations"), Is.EqualTo(new Problem(expected, "no")));
    }

    [TestCase(null, "rateLimited")]
    [TestCase("invalid", "invalid")]
    public void ToJson_HasTheVendorsWordOrOurKind(string? word, string reason) =>
        Assert.That(
            ConnectorJson.ToText((Failure(2, FailureKind.RateLimited) with { Word = word }).ToJson()),
            Is.EqualTo($$"""{"index":2,"reason":"{{reason}}","field":"","message":"m","retryable":true}""")
        );

    [Test]
    public void Of_OneThatIsNamedSeveralTimes_IsOneFailureThatSaysAll()
    {
        var failures = Of(
            """
            {"errors":[{"batch_index":2,"reason":"invalid","field":"name","message":"too long"},{"batch_index":0,"reason":"r","field":"f","message":"m"},
            {"batch_index":2,"reason":"other","field":"id","message":"odd"},{"batch_index":2,"message":"alone"}]}
            """,
            3
        );

        Assert.That(
            failures.Select(f => (f.Index, f.Kind, f.Word, f.Problem.Path, f.Problem.Message, f.Cause.Status)),
            Is.EquivalentTo(
                new[]
                {
                    (2, FailureKind.Rejected, "invalid", "name", "too long; id: odd; alone", (int?)207),
                    (0, FailureKind.Rejected, "r", "f", "m", (int?)207),
                }
            )
        );
    }

    [TestCase("""{"errors":[]}""")]
    [TestCase("{}")]
    [TestCase("[]")]
    [TestCase("""{"errors":[{"batch_index":3},{"batch_index":-1},{"batch_index":"0"}]}""")]
    public void Of_AnAnswerThatNamesNobody_IsEmpty(string answer) => Assert.That(Of(answer, 3), Is.Empty);

    [TestCase(0, "0:Rejected")]
    [TestCase(2, "2:Rejected")]
    public void Of_TheFirstAndTheLast_AreNamed(int index, string expected) =>
        Assert.That(Text(Of($$"""{"errors":[{"batch_index":{{index}}}]}""", 3)), Is.EqualTo(expected));

    [Test]
    public void Of_OneMoreThatIsNotNamed_LeavesTheOthersUncertain()
    {
        var failures = Of("""{"errors":[{"batch_index":1},{"reason":"x"}]}""", 3);
        Assert.That(Text(failures), Is.EqualTo("0:Uncertain 1:Rejected 2:Uncertain"));
        Assert.That((failures[0].Cause.Status, failures[0].Cause.Message), Is.EqualTo(((int?)207, failures[2].Cause.Message)));
        Assert.That(failures[0].Cause.Message, Does.Contain("without saying which").And.Contain("before you repeat it"));
    }

    [Test]
    public void Whole_APartWasAccepted_IsNoFailure() =>
        Assert.That(ItemFailure.Whole([Failure(0, FailureKind.Rejected), Shared(1, FailureKind.Unavailable)], 3, "operations"), Is.Null);

    [Test]
    public void Whole_KeysRefusedAfterAPart_SaysHowManyAndNamesTheOthers()
    {
        var whole = ItemFailure.Whole([Failure(1, FailureKind.Input, "/a"), Shared(2, FailureKind.Connection)], 5, "operations")!;
        Assert.That(whole.Kind, Is.EqualTo(FailureKind.Connection));
        Assert.That(whole.Message, Is.EqualTo("m 3 of the 5 operations had been accepted by then; the problems name the others."));
        Assert.That(whole.Problems.Select(p => p.Path), Is.EqualTo(new[] { "/operations/1/a", "/operations/2" }));
        Assert.That((whole.Status, whole.Attempts, whole.RetryAfter), Is.EqualTo(((int?)500, 2, TimeSpan.FromSeconds(7))));
    }

    [TestCase(FailureKind.Unavailable)]
    [TestCase(FailureKind.Connection)]
    public void Whole_AllShareOneFate_IsThatFailure(FailureKind kind)
    {
        var whole = ItemFailure.Whole([Shared(0, kind), Shared(1, kind)], 2, "operations")!;
        Assert.That((whole.Kind, whole.Message, whole.Problems.Count), Is.EqualTo((kind, "m", 0)));
        Assert.That((whole.Status, whole.Attempts, whole.RetryAfter), Is.EqualTo(((int?)500, 2, TimeSpan.FromSeconds(7))));
    }

    [Test]
    public void Whole_EachFailedAlone_IsTheFirstThatIsNobodysFaultAmongThem()
    {
        var whole = ItemFailure.Whole([Failure(0, FailureKind.Input, "/a"), Failure(1, FailureKind.Unavailable)], 2, "operations")!;
        Assert.That((whole.Kind, whole.Message), Is.EqualTo((FailureKind.Unavailable, "m")));
        Assert.That(whole.Problems.Select(p => p.Path), Is.EqualTo(new[] { "/operations/0/a", "/operations/1" }));
        Assert.That((whole.Status, whole.Attempts, whole.RetryAfter), Is.EqualTo(((int?)500, 2, TimeSpan.FromSeconds(7))));
    }

    [Test]
    public void Whole_AllWrong_IsAnInputErrorWithAllPaths()
    {
        var whole = ItemFailure.Whole([Failure(0, FailureKind.Input, "/a"), Failure(1, FailureKind.Input, "/b")], 2, "operations")!;
        Assert.That(whole.Kind, Is.EqualTo(FailureKind.Input));
        Assert.That(whole.Problems.Select(p => p.Path), Is.EqualTo(new[] { "/operations/0/a", "/operations/1/b" }));
    }

    [Test]
    public void Whole_AllWrongOrRefused_IsRejectedAndQuotesTheFirst()
    {
        var whole = ItemFailure.Whole([Failure(0, FailureKind.Input, "/a"), Failure(1, FailureKind.Rejected, "/b")], 2, "operations")!;
        Assert.That(whole.Kind, Is.EqualTo(FailureKind.Rejected));
        Assert.That(whole.Message, Is.EqualTo("Customer.io accepted none of the 2 operations. The first: /operations/0/a: /a is wrong"));
        Assert.That(whole.Problems.Select(p => p.Path), Is.EqualTo(new[] { "/operations/0/a", "/operations/1/b" }));
    }

    private static ItemFailure Failure(int index, FailureKind kind, string paths = "")
    {
        var problems = paths.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(path => new Problem(path, $"{path} is wrong"));
        return new(
            index,
            new ConnectorException(kind, "m", [.. problems])
            {
                Status = 500,
                Attempts = 2,
                RetryAfter = TimeSpan.FromSeconds(7),
            }
        );
    }

    private static ItemFailure Shared(int index, FailureKind kind) => Failure(index, kind) with { IsShared = true };

    private static ItemFailure[] Of(string answer, int count) => [.. ItemFailure.Of(JToken.Parse(answer), count)];

    private static string Text(IEnumerable<ItemFailure> failures) => string.Join(' ', failures.Select(f => $"{f.Index}:{f.Kind}"));
}
