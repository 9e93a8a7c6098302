using System.Diagnostics;
using System.Text;

namespace CustomerIo.Connector.Sandbox.Tests;

public sealed class CurlTests
{
    private const string Origin = "http://127.0.0.1:8025";

    [TestCase("PUT", "/api/v1/customers/u1", "-u \"$CUSTOMERIO_SITE_ID:$CUSTOMERIO_API_KEY\"")]
    [TestCase("GET", "/v1/segments?limit=1", "-H \"Authorization: Bearer $CUSTOMERIO_APP_API_KEY\"")]
    [TestCase("GET", "/nothing", "")]
    public void Keys_AreVariables(string method, string path, string key) =>
        Assert.That(Of(method, path), Does.StartWith($"curl -g --path-as-is {key} -X {method} ".Replace("  ", " ", StringComparison.Ordinal)));

    [TestCase("")]
    [TestCase("it's {\"a\":\"b\\\"c\\\\\"} \\' \\\\' $HOME `id` $(id) ; rm x \\")]
    [TestCase("a line\nand another'\n\\")]
    [Platform(Exclude = "Win", Reason = "A shell")]
    public void Body_IsOneWordToAShell(string body)
    {
        var command = Of("POST", "/nothing", body);
        using var shell = Process.Start(
            new ProcessStartInfo("/bin/sh", ["-c", command.Replace("curl -g --path-as-is", "printf '%s\\0'", StringComparison.Ordinal)])
            {
                RedirectStandardOutput = true,
            }
        )!;
        var words = shell.StandardOutput.ReadToEnd().TrimEnd('\0').Split('\0');
        Assert.That(
            words,
            Is.EqualTo(body.Length == 0 ? ["-X", "POST", $"{Origin}/nothing"] : new[] { "-X", "POST", $"{Origin}/nothing", "--data-raw", body })
        );
    }

    [Test]
    public void Head_WaitsForNoBody() => Assert.That(Of("HEAD", "/nothing"), Is.EqualTo($"curl -g --path-as-is -I {Origin}/nothing"));

    [Test]
    public void Backslash_BeforeAQuoteOrAnother_StandsOutsideTheQuotesThatFishReadsThemIn() =>
        // To fish, \' inside quotes is a quote: what follows would be outside.
        Assert.That(Of("POST", "/nothing", "a\\'b\\\\c\\n\\"), Does.EndWith("""--data-raw 'a'"\\"''"'"'b'"\\"'\c\n'"\\"''"""));

    [TestCase("\u001b[2J")]
    [TestCase("\r")]
    [TestCase("\ufffd")]
    public void Body_ThatATerminalWouldObey_StaysInAFile(string body) => Assert.That(Of("POST", "/nothing", body), Does.EndWith(" --data-binary @body"));

    [Test]
    public void Body_OfManyBytes_StaysInAFile() => Assert.That(Of("POST", "/nothing", new string('x', 100_000)), Does.EndWith(" --data-binary @body"));

    private static string Of(string method, string path, string body = "") =>
        Curl.Of(new RecordedRequest(1, default, method, path, Encoding.UTF8.GetBytes(body)), Origin);
}
