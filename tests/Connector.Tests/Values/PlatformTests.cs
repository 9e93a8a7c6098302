using System.Diagnostics;
using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Tests.Values;

/// <summary>Both branches of whatever depends on the system, wherever the tests run: one is made that is another system.</summary>
public class PlatformTests
{
    private static readonly Platform s_windows = new(isWindows: true, isMac: false),
        s_mac = new(isWindows: false, isMac: true),
        s_linux = new(isWindows: false, isMac: false);

    private string _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("platform-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Current_IsThisSystem()
    {
        Assert.That(Platform.Current.LineEnd, Is.EqualTo(Environment.NewLine));
        Assert.That(Platform.Current.IsBelow(Path.Combine(_folder, "a"), _folder));
        Assert.That(Platform.Current.PartsOf(Path.Combine("a", "b")), Is.EqualTo(new[] { "a", "b" }));
        Assert.That(
            Platform.Name,
            Does.StartWith(
                    OperatingSystem.IsWindows() ? "win"
                    : OperatingSystem.IsMacOS() ? "osx"
                    : ""
                )
                .And.Contain("-")
        );
    }

    [Test]
    public void LocalData_IsTheUsers() => Assert.That(Path.IsPathFullyQualified(Platform.LocalData), Platform.LocalData);

    [Test]
    public void LineEnd_IsTheSystems() => Assert.That((s_windows.LineEnd, s_mac.LineEnd, s_linux.LineEnd), Is.EqualTo(("\r\n", "\n", "\n")));

    [Test]
    public void SqliteLibrary_IsTheSystems() =>
        Assert.That(
            (s_windows.SqliteLibrary, s_mac.SqliteLibrary, s_linux.SqliteLibrary),
            Is.EqualTo(("winsqlite3", "/usr/lib/libsqlite3.dylib", "libsqlite3.so.0"))
        );

    [Test]
    public void Nowhere_IsTheSystems() => Assert.That((s_windows.Nowhere, s_linux.Nowhere), Is.EqualTo(("NUL", "/dev/null")));

    // The numbers of winerror.h, and of errno.h on Linux and macOS: ENOSPC, EDQUOT, EAGAIN, EPIPE, EIO, ETIMEDOUT, ESTALE.
    [TestCase(nameof(IoFailure.DiskFull), new[] { 112, 39, 1295 }, new[] { 28, 122 }, new[] { 28, 69 })]
    [TestCase(nameof(IoFailure.Held), new[] { 32, 33 }, new[] { 11 }, new[] { 35 })]
    [TestCase(nameof(IoFailure.ReaderGone), new[] { 109, 232 }, new[] { 32 }, new[] { 32 })]
    [TestCase(nameof(IoFailure.Transient), new[] { 59, 64, 121, 1117 }, new[] { 5, 110, 116 }, new[] { 5, 60, 70 })]
    [TestCase(nameof(IoFailure.Other), new[] { 2, 5 }, new[] { 2, 13, 35, 69 }, new[] { 2, 13, 11, 122, 110 })]
    public void FailureOf_ANumber_IsWhatItMeansToTheSystem(string failure, int[] windows, int[] linux, int[] mac)
    {
        Assert.That(windows.Select(n => s_windows.FailureOf(unchecked((int)0x80070000) | n).ToString()), Is.All.EqualTo(failure));
        Assert.That(linux.Select(n => s_linux.FailureOf(n).ToString()), Is.All.EqualTo(failure));
        Assert.That(mac.Select(n => s_mac.FailureOf(n).ToString()), Is.All.EqualTo(failure));
    }

    [TestCase(@"C:\data\a.csv", @"C:\data", ExpectedResult = true)]
    [TestCase(@"C:\data", @"C:\data", ExpectedResult = false)]
    [TestCase(@"C:\database\a.csv", @"C:\data", ExpectedResult = false)]
    [TestCase(@"C:\DATA\a.csv", @"C:\data", ExpectedResult = false)]
    [TestCase("C:/data/a.csv", "C:/data", ExpectedResult = false)]
    public bool IsBelow_Windows(string path, string folder) => s_windows.IsBelow(path, folder);

    [TestCase("/data/a.csv", "/data", ExpectedResult = true)]
    [TestCase("/database/a.csv", "/data", ExpectedResult = false)]
    [TestCase("/DATA/a.csv", "/data", ExpectedResult = false)]
    [TestCase(@"/data\a.csv", "/data", ExpectedResult = false)]
    public bool IsBelow_Others(string path, string folder) => s_linux.IsBelow(path, folder);

    [Test]
    public void PartsOf_SplitsAtTheSystemsSeparatorAlone()
    {
        Assert.That(s_windows.PartsOf(@"data\a/b\\c"), Is.EqualTo(new[] { "data", "a/b", "c" }));
        Assert.That(s_linux.PartsOf(@"data/a\b//c"), Is.EqualTo(new[] { "data", @"a\b", "c" }));
    }

    [TestCase("npm", "npm.cmd", "npm")]
    [TestCase("node", "node", "node")]
    public void Program_IsCalledAsTheSystemCallsIt(string name, string onWindows, string elsewhere)
    {
        var (windows, linux) = (s_windows.Program(name, "a b", "c"), s_linux.Program(name));
        Assert.That((windows.FileName, linux.FileName), Is.EqualTo((onWindows, elsewhere)));
        Assert.That((windows.ArgumentList, linux.ArgumentList), Is.EqualTo((new[] { "a b", "c" }, Array.Empty<string>())));
    }

    [Test]
    public void PrivateFiles_OnWindows_AskForNoMode()
    {
        // On this system, which has modes, they show that none was asked for: what is made is as the process's mask has it.
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        s_windows.OpenPrivate(In("a"), options).Dispose();
        s_windows.CreatePrivateFolder(In("b/c"));
        s_windows.Tighten(In("a"));
        Assert.That(options.UnixCreateMode, Is.Null);
        if (!OperatingSystem.IsWindows())
        {
            File.WriteAllText(In("usual"), "");
            Directory.CreateDirectory(In("d"));
            Assert.That(File.GetUnixFileMode(In("a")), Is.EqualTo(File.GetUnixFileMode(In("usual"))));
            Assert.That(File.GetUnixFileMode(In("b/c")), Is.EqualTo(File.GetUnixFileMode(In("d"))));
            File.SetUnixFileMode(In("a"), UnixFileMode.UserRead | UnixFileMode.OtherRead);
            s_windows.Tighten(In("a"));
            Assert.That(File.GetUnixFileMode(In("a")), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.OtherRead));
        }
    }

    [Test]
    [NUnit.Framework.Platform(Exclude = "Win", Reason = "Windows has no modes.")]
    public void PrivateFiles_OnOthers_AreThisUsersAlone()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        const UnixFileMode mine = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        s_linux.OpenPrivate(In("a"), new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write }).Dispose();
        Assert.That(File.GetUnixFileMode(In("a")), Is.EqualTo(mine));
        Assert.That(File.GetUnixFileMode(s_linux.CreatePrivateFolder(In("b/c")).FullName), Is.EqualTo(mine | UnixFileMode.UserExecute));
        File.SetUnixFileMode(In("a"), mine | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        s_linux.Tighten(In("a"));
        Assert.That(File.GetUnixFileMode(In("a")), Is.EqualTo(mine));
    }

    [Test]
    public void IsInherited_OnWindows_CannotBeToldApart() => Assert.That(s_windows.IsInherited(12_345));

    [Test]
    public void OpenPipe_OnWindows_IsNone() => Assert.That(s_windows.OpenPipe(1), Is.Null);

    [Test]
    [NUnit.Framework.Platform(Exclude = "Win", Reason = "Windows has no descriptors.")]
    public void IsInherited_OnOthers_IsWhatWasHandedOver()
    {
        using var own = File.Create(In("own"));
        Assert.That(s_linux.IsInherited(12_345), Is.False, "nothing has that number");
        Assert.That(s_linux.IsInherited((int)own.SafeFileHandle.DangerousGetHandle()), Is.False, "the runtime opened it itself");
        Assert.That(s_linux.IsInherited(2), Is.True, "of whoever started the tests");
    }

    [Test]
    [NUnit.Framework.Platform(Exclude = "Win", Reason = "Windows has no descriptors.")]
    public void OpenPipe_OnOthers_TakesPipesAndNoFiles()
    {
        using var pipe = new System.IO.Pipes.AnonymousPipeServerStream(System.IO.Pipes.PipeDirection.Out);
        using var file = File.Create(In("file"));
        Assert.That(s_linux.OpenPipe((int)file.SafeFileHandle.DangerousGetHandle()), Is.Null);
        using var opened = s_linux.OpenPipe((int)pipe.SafePipeHandle.DangerousGetHandle());
        opened!.Write("x"u8);
        using var reading = new System.IO.Pipes.AnonymousPipeClientStream(System.IO.Pipes.PipeDirection.In, pipe.ClientSafePipeHandle);
        Assert.That(reading.ReadByte(), Is.EqualTo((int)'x'));
    }

    [Test]
    [NUnit.Framework.Platform(Exclude = "Win", Reason = "Windows sends no such signals.")]
    public async Task OnStop_SignalToThisProcess_IsHeardAndCanBeCancelled()
    {
        var heard = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var asked = Platform.OnStop(signal =>
        {
            signal.Cancel = true;
            heard.TrySetResult(signal.Signal.ToString());
        });
        using var kill = Process.Start("kill", ["-TERM", Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        Assert.That(await heard.Task.WaitAsync(TimeSpan.FromSeconds(30)), Is.EqualTo("SIGTERM"));
    }

    private string In(string name) => Path.Combine(_folder, name);
}
