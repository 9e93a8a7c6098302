using CustomerIo.Connector.Cli.Shell;
using CustomerIo.Connector.Manifest;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Cli.Tests;

/// <summary>What <c>--set</c> makes of its text, however long that is.</summary>
public class SetValueTests
{
    private static readonly ActionManifest s_manifest = Catalogue.Embedded.Find("identify");

    [TestCase("customerData{0}=1", 63, true)]
    [TestCase("customerData{0}=1", 64, false)]
    [TestCase("customerData{0}=1", 20_000, false)]
    [TestCase("customerData{0}:=1", 20_000, false)]
    [TestCase("customerData{0}=[[1]]", 61, true)]
    [TestCase("customerData{0}=[[1]]", 62, false)]
    [TestCase("customerData{0}:=[[1]]", 62, false)]
    public void Apply_DeepPath_IsRefusedBeyondTheDepthOfJson(string form, int deeper, bool taken)
    {
        var text = form.Replace("{0}", string.Concat(Enumerable.Repeat(".a", deeper)), StringComparison.Ordinal);
        void Apply() => SetValue.Apply([], text, s_manifest);
        Assert.That(
            Apply,
            taken
                ? Throws.Nothing
                : Throws.InstanceOf<ConnectorException>().With.Message.Contains("nests deeper than 64 levels").And.Message.Length.LessThan(300)
        );
    }

    [Test]
    public void Apply_LongName_IsReadInOneGo()
    {
        var name = new string('n', 1_000_000);
        var input = new JObject();
        SetValue.Apply(input, "customerData." + name + "=x", s_manifest);
        Assert.That((string?)input["customerData"]![name], Is.EqualTo("x"));
    }
}
