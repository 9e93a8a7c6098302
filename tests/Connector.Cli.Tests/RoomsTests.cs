using System.Reflection;
using System.Runtime.CompilerServices;

namespace CustomerIo.Connector.Cli.Tests;

/// <summary>The order of the house, read from what was built.</summary>
public class RoomsTests
{
    private static readonly string[] s_assemblies =
    [
        "CustomerIo.Connector",
        "CustomerIo.Connector.Pipelines",
        "CustomerIo.Connector.Hub",
        "CustomerIo.Connector.Codegen",
        "CustomerIo.Connector.Sandbox",
        "customerio-mcp",
        "connector",
    ];

    // From the facade down; a room refers to those below it only.
    private static readonly string[] s_pack = ["", "Webhooks", "Actions", "Translation", "Batching", "Track", "Api", "Manifest", "Model", "Values"];

    [TestCaseSource(nameof(s_assemblies))]
    public void Namespaces_OfAnAssembly_FormNoCycle(string assembly)
    {
        var rooms = Read(assembly);
        Assert.That(rooms.Cycles, Is.Empty, string.Join('\n', rooms.Cycles));
    }

    [Test]
    public void Rooms_OfThePack_ReferDownwardsOnly()
    {
        var references = Read("CustomerIo.Connector").References.ToArray();
        Assert.That(references.Select(r => Floor(r.From)).Distinct().Order(), Is.EqualTo(Enumerable.Range(0, s_pack.Length - 1)), "every room was read");
        Assert.That(references.Where(r => Floor(r.To) < Floor(r.From)).Select(r => r.Example), Is.Empty);
    }

    [Test]
    public void Friends_OfThePack_AreFourRoomsAndTests()
    {
        var friends = typeof(CustomerIoConnector).Assembly.GetCustomAttributes<InternalsVisibleToAttribute>();
        Assert.That(
            friends
                .Select(f => f.AssemblyName)
                .Where(name =>
                    !name.EndsWith(".Tests", StringComparison.Ordinal) && name is not ("CustomerIo.Connector.Testing" or "CustomerIo.Connector.Benchmarks")
                ),
            Is.EquivalentTo(["CustomerIo.Connector.Pipelines", "CustomerIo.Connector.Hub", "customerio-mcp", "connector"])
        );
    }

    [Test]
    public void Cycles_OfThisVeryAssembly_WouldBeSeen()
    {
        // A cycle of two, made for this: the test of the tests.
        Assert.That(Rooms.Of(typeof(RoomsTests).Assembly.Location).Cycles, Has.Some.Contain("CustomerIo.Connector.Cli.Tests.Knot.Left"));
    }

    private static Rooms Read(string assembly) => Rooms.Of(Path.Combine(AppContext.BaseDirectory, assembly + ".dll"));

    private static int Floor(string room)
    {
        var name = room["CustomerIo.Connector".Length..].TrimStart('.').Split('.')[0];
        var floor = Array.IndexOf(s_pack, name);
        Assert.That(floor, Is.GreaterThanOrEqualTo(0), $"{room} is a room that nobody knows");
        return floor;
    }
}
