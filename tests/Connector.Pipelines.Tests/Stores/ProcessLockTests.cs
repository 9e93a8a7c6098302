using CustomerIo.Connector.Pipelines.Stores;

namespace CustomerIo.Connector.Pipelines.Tests.Stores;

public class ProcessLockTests
{
    private string _folder = "";

    [SetUp]
    public void SetUp() => _folder = Directory.CreateTempSubdirectory("process-lock-").FullName;

    [TearDown]
    public void TearDown() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Take_HeldAlready_IsRefusedUntilItIsLetGo()
    {
        var path = Path.Combine(_folder, "new", "x.lock");
        using (ProcessLock.Take(path, "first"))
        {
            Assert.That(ProcessLock.TryTake(path), Is.Null);
            var e = Assert.Throws<ConnectorException>(() => ProcessLock.Take(path, "It is held."))!;
            Assert.That((e.Kind, e.Message), Is.EqualTo((FailureKind.Input, "It is held.")));
        }

        using var again = ProcessLock.TryTake(path);
        Assert.That(again, Is.Not.Null);
    }

    [Test]
    public async Task TakeAsync_HeldAlready_WaitsUntilItIsLetGo()
    {
        var path = Path.Combine(_folder, "x.lock");
        var first = ProcessLock.Take(path, "");
        var second = ProcessLock.TakeAsync(path, TimeProvider.System, CancellationToken.None);
        Assert.That(second.IsCompleted, Is.False);
        first.Dispose();
        await using var held = await second;
        Assert.That(ProcessLock.TryTake(path), Is.Null);
    }

    [Test]
    public void Take_WhereNoFileCanBeMade_SaysSoAtOnce()
    {
        var path = Path.Combine(_folder, "file");
        File.WriteAllText(path, "");
        var e = Assert.ThrowsAsync<ConnectorException>(() => ProcessLock.TakeAsync(Path.Combine(path, "x.lock"), TimeProvider.System, CancellationToken.None))!;
        Assert.That(e.Kind, Is.EqualTo(FailureKind.Input));
        Assert.That(e.Message, Does.Contain("x.lock cannot be taken"));
    }
}
