namespace CustomerIo.Connector.Cli.Tests;

public class ProgramTests
{
    [Test]
    public void Commands_MadeByName_HaveThatName() =>
        Assert.That(Program.Commands.Select(c => c.Create().Name), Is.EqualTo(Program.Commands.Select(c => c.Name)));

    [TestCase("sandbox")]
    [TestCase("serve", "--sandbox")]
    [TestCase("webhooks", "serve")]
    [TestCase("hub", "--sandbox")]
    [Category("Slow")]
    [Platform(Exclude = "Win", Reason = "Signals")]
    public async Task AServer_ThatIsEndedAsSoonAsItsAddressIsThere_EndsGently(params string[] command)
    {
        var data = Directory.CreateTempSubdirectory("connector-ended-").FullName;
        using var process = Tool.Start([.. command, "--port", "0"], null, ("CUSTOMERIO_CONNECTOR_HOME", data), ("CUSTOMERIO_WRITE_KEY", "k"));
        var error = process.StandardError.ReadToEndAsync();
        await process.StandardOutput.ReadLineAsync();
        using (var kill = System.Diagnostics.Process.Start("kill", ["-TERM", $"{process.Id}"]))
        {
            await kill.WaitForExitAsync();
        }

        var ran = await Tool.EndAsync(process, process.StandardOutput.ReadToEndAsync(), error);
        Directory.Delete(data, recursive: true);
        Assert.That(ran.Exit, Is.Zero, ran.ToString());
    }
}
