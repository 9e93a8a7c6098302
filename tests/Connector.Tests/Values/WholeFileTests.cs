using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Tests.Values;

/// <summary>The one writer of files: nobody sees half a file, nobody else reads it, and no link leads it elsewhere.</summary>
public class WholeFileTests
{
    private string _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("whole-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, true);

    private string In(string name) => Path.Combine(_folder, name);

    private string[] Names => [.. Directory.GetFileSystemEntries(_folder).Select(e => Path.GetFileName(e)!).Order(StringComparer.Ordinal)];

    [TestCase(true)]
    [TestCase(false)]
    public void Complete_NewFile_TakesItsNameOnlyThen(bool overwrite)
    {
        using (var file = WholeFile.Create(In("a.csv"), overwrite))
        {
            file.Stream.Write("id\n"u8);
            Assert.That(Names.Single(), Does.StartWith("a.csv.").And.EndWith(".part"));
            file.Complete();
        }

        Assert.That(Names, Is.EqualTo(new[] { "a.csv" }));
        Assert.That(File.ReadAllText(In("a.csv")), Is.EqualTo("id\n"));
    }

    [Test]
    public void Dispose_BeforeTheEnd_LeavesWhatWasThere()
    {
        File.WriteAllText(In("a.csv"), "old");
        using (var file = WholeFile.Create(In("a.csv"), true))
        {
            file.Stream.Write("new"u8);
        }

        Assert.That(Names, Is.EqualTo(new[] { "a.csv" }));
        Assert.That(File.ReadAllText(In("a.csv")), Is.EqualTo("old"));
    }

    [Test]
    public void Create_NameTaken_IsRefusedUnlessItMayBeReplaced()
    {
        File.WriteAllText(In("a.csv"), "old");
        Assert.That(() => WholeFile.Create(In("a.csv"), false), Throws.InstanceOf<IOException>().With.Message.Contains("exists already"));
        using (var file = WholeFile.Create(In("a.csv"), true))
        {
            file.Complete();
        }

        Assert.That(File.ReadAllText(In("a.csv")), Is.Empty);
        Assert.That(() => WholeFile.Create(_folder, true), Throws.InstanceOf<IOException>().With.Message.Contains("is a folder"));
    }

    [Test]
    public void Complete_NameTakenMeanwhile_ReplacesNothing()
    {
        using (var file = WholeFile.Create(In("a.csv"), false))
        {
            File.WriteAllText(In("a.csv"), "theirs");
            Assert.That(file.Complete, Throws.InstanceOf<IOException>());
        }

        Assert.That(Names, Is.EqualTo(new[] { "a.csv" }));
        Assert.That(File.ReadAllText(In("a.csv")), Is.EqualTo("theirs"));
    }

    [Test]
    [Platform(Exclude = "Win")]
    public void Complete_LinkInItsPlace_IsReplacedAndNotFollowed()
    {
        File.WriteAllText(In("victim"), "precious");
        File.CreateSymbolicLink(In("a.csv"), In("victim"));
        File.CreateSymbolicLink(In("a.csv.part"), In("victim"));
        using (var file = WholeFile.Create(In("a.csv"), true))
        {
            file.Stream.Write("new"u8);
            file.Complete();
        }

        Assert.That(File.ReadAllText(In("victim")), Is.EqualTo("precious"));
        Assert.That(new FileInfo(In("a.csv")).LinkTarget, Is.Null);
    }

    [Test]
    [Platform(Exclude = "Win")]
    public void Create_LinkToNowhere_IsATakenName()
    {
        File.CreateSymbolicLink(In("a.csv"), In("nowhere"));
        using (var file = WholeFile.Create(In("a.csv"), true))
        {
            file.Complete();
        }

        File.CreateSymbolicLink(In("b.csv"), In("nowhere"));
        Assert.That(() => PrivateFile.Create(In("b.csv")), Throws.InstanceOf<IOException>());
        Assert.That(
            () => PrivateFile.OpenOrCreate(In("b.csv"), FileAccess.Write, FileShare.Read),
            Throws.InstanceOf<IOException>().With.Message.Contains("is a link")
        );
        Assert.That(() => Completed(In("b.csv")), Throws.InstanceOf<IOException>());
        Assert.That(Names, Is.EqualTo(new[] { "a.csv", "b.csv" }));

        static void Completed(string path)
        {
            using var file = WholeFile.Create(path, false);
            file.Complete();
        }
    }

    [Test]
    [Platform(Exclude = "Win")]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public void Create_AnyOfThem_IsOnlyMine()
    {
        const UnixFileMode mine = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var whole = WholeFile.Create(In("a.csv"), false);
        using var made = PrivateFile.OpenOrCreate(In("b"), FileAccess.ReadWrite, FileShare.None);
        Assert.That(Names.Select(n => File.GetUnixFileMode(In(n))), Is.All.EqualTo(mine));
        Assert.That(File.GetUnixFileMode(PrivateFile.CreateFolder(In("c/d")).FullName), Is.EqualTo(mine | UnixFileMode.UserExecute));
    }
}
