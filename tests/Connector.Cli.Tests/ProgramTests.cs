namespace CustomerIo.Connector.Cli.Tests;

public class ProgramTests
{
    [Test]
    public void Commands_MadeByName_HaveThatName() =>
        Assert.That(Program.Commands.Select(c => c.Create().Name), Is.EqualTo(Program.Commands.Select(c => c.Name)));
}
