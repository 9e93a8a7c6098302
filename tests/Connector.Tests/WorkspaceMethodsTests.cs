using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Tests.Kit;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Tests;

/// <summary>The commonest actions as methods: each runs the action of its name, with what was given and nothing else.</summary>
public class WorkspaceMethodsTests
{
    [Test]
    public async Task Identify_WithTypedInputs_SendsThem()
    {
        using var bench = new Bench(Answer.Ok());
        var customerIo = new CustomerIoWorkspace(bench.Connector, Bench.Us);
        var result = await customerIo.People.IdentifyAsync(
            "u1",
            new IdentifyInputs
            {
                CustomerData = new JObject { ["plan"] = "pro" },
                CreatedAt = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000),
                Unsubscribed = false,
                RemoveAttributes = ["old_plan"],
                Timeout = 9000,
            }
        );
        Assert.That(result.Status, Is.EqualTo(RunStatus.Succeeded));
        var sent = JObject.Parse(bench.Wire.Only.BodyText);
        Assert.That((string?)sent["plan"], Is.EqualTo("pro"), sent.ToString());
        Assert.That((long?)sent["created_at"], Is.EqualTo(1_700_000_000));
        Assert.That((bool?)sent["unsubscribed"], Is.False);
        Assert.That((string?)sent["old_plan"], Is.EqualTo(""));
    }

    [Test]
    public async Task AddToSegment_WithAList_SendsIt()
    {
        using var bench = new Bench(Answer.Ok());
        await new CustomerIoWorkspace(bench.Connector, Bench.Us).Segments.AddToSegmentAsync("7", ["a", "b"]);
        Assert.That(bench.Wire.Only.Url, Does.Contain("/segments/7/add_customers"));
        Assert.That(bench.Wire.Only.BodyText, Does.Contain("""["a","b"]"""));
    }

    [Test]
    public void WrongInput_IsTheConnectorsOwnFailure()
    {
        using var bench = new Bench();
        var customerIo = new CustomerIoWorkspace(bench.Connector, Bench.Us);
        var failure = Assert.ThrowsAsync<ConnectorException>(() => customerIo.People.IdentifyAsync(""));
        Assert.That((failure!.Kind, failure.Problems[0].Path), Is.EqualTo((FailureKind.Input, "/id")));
    }

    /// <summary>No input of the manifest is missing among the parameters and properties of its method, and none is there beside.</summary>
    [Test]
    public void Methods_AreTwenty_AndTakeEveryInputOfTheirAction()
    {
        var methods = typeof(CustomerIoWorkspace)
            .GetProperties()
            .SelectMany(p => p.PropertyType.GetMethods())
            .Where(m => m.ReturnType == typeof(Task<RunResult>))
            .ToArray();
        Assert.That(methods, Has.Length.EqualTo(20));
        foreach (var method in methods)
        {
            var action = Catalogue.Embedded.All.Single(a => a.CodeType!.Name + "Async" == method.Name);
            var parameters = method.GetParameters();
            var inputs = Nullable.GetUnderlyingType(parameters[^3].ParameterType) ?? parameters[^3].ParameterType;
            var names = parameters[..^3].Select(p => p.Name!).Concat(inputs.GetProperties().Select(p => char.ToLowerInvariant(p.Name[0]) + p.Name[1..]));
            Assert.That(names, Is.EquivalentTo(action.Properties.Select(p => p.Key)), action.Id);
        }
    }
}
