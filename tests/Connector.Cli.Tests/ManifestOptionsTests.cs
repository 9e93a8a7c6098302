using System.CommandLine;
using CustomerIo.Connector.Cli.Commands;
using CustomerIo.Connector.Cli.Shell;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Cli.Tests;

/// <summary>What a command shares with an action, trigger, job or tool, it has from the manifest.</summary>
[Parallelizable(ParallelScope.All)]
public class ManifestOptionsTests
{
    private static readonly JObject s_schema = JObject.Parse(
        """
        {
          "type": "object",
          "required": ["someText"],
          "properties": {
            "someText": { "type": "string", "description": "A text; empty means none.", "minLength": 2 },
            "choice": { "type": "string", "description": "One of two.", "enum": ["a", "b"], "default": "b" },
            "count": { "type": "integer", "description": "A count.", "minimum": 1, "maximum": 9 },
            "flag": { "type": "boolean", "description": "A flag.", "default": false },
            "either": { "type": "boolean", "description": "Yes, no or neither." },
            "list": { "type": "array", "description": "A list.", "items": { "type": "string", "maxLength": 3 } }
          }
        }
        """
    );

    private static IEnumerable<(Command Command, JObject Input, string[] Without)> Shared =>
        [
            // Rows of a form; a command line has --map.
            (ImportCommand.Create(), Input("jobs/run-import"), ["identifier", "attributes"]),
            (Sub(SyncCommand.Create(), "run"), Input("jobs/run-sync"), []),
            (Sub(SyncCommand.Create(), "poll"), Input("jobs/run-segment-poll"), []),
            (Sub(WebhooksCommand.Create(), "serve"), Input("triggers/reporting-event"), []),
            (Sub(WebhooksCommand.Create(), "register"), Input("tools/register-webhook"), []),
            (Sub(WebhooksCommand.Create(), "remove"), Input("tools/remove-webhook"), []),
            (Sub(WebhooksCommand.Create(), "received"), Input("tools/list-received-events"), ["since"]),
            .. ((string[])["send", "translate", "compare"]).Select(name =>
                (Sub(EventsCommand.Create(), name), Input("actions/send-event"), name == "compare" ? (string[])["event", "events", "api"] : ["event", "events"])
            ),
        ];

    [Test]
    public void Inputs_OfEachCommand_AreItsOptionsInTheManifestsWords()
    {
        foreach (var (command, input, without) in Shared)
        {
            var symbols = command.Options.Cast<Symbol>().Concat(command.Arguments).Select(s => s.Description ?? "").ToArray();
            foreach (var property in ((JObject)input["properties"]!).Properties().Where(p => !without.Contains(p.Name)))
            {
                var words = ((string)property.Value["description"]!).TrimEnd('.').Split("; empty means ");
                Assert.That(
                    symbols.Where(s => s.StartsWith(words[0] + ".", StringComparison.Ordinal) && s.Contains(words[^1], StringComparison.Ordinal)),
                    Has.Exactly(1).Items,
                    property.Name
                );
            }
        }
    }

    [TestCase("--some-text ab", """{"someText":"ab"}""")]
    [TestCase(
        "--some-text ab --choice a --count 3 --flag --either --list a,b --list c",
        """
            {"someText":"ab","choice":"a","count":3,"flag":true,"either":true,"list":["a","b","c"]}
            """
    )]
    [TestCase("--some-text 007 --flag false --either false", """{"someText":"007","flag":false,"either":false}""")]
    public void Given_Options_AreTheInputs(string line, string expected)
    {
        var (command, options) = Command();
        var parsed = command.Parse(line);
        Assert.That(parsed.Errors.Select(e => e.Message), Is.Empty);
        Assert.That(options.Given(parsed), Is.EqualTo(JObject.Parse(expected)).Using<JObject>(JToken.DeepEquals));
    }

    [TestCase("", "Option '--some-text' is required.")]
    [TestCase("--some-text a", "--some-text must have at least 2 characters.")]
    [TestCase("--some-text ab --choice c", "--choice must be one of: a, b.")]
    [TestCase("--some-text ab --count x", "--count must be a whole number.")]
    [TestCase("--some-text ab --count 10", "--count must be from 1 to 9.")]
    [TestCase("--some-text ab --list abc,abcd", "--list \"abcd\" must have at most 3 characters.")]
    public void Parse_ValueThatIsWrong_IsToldAsTheManifestSays(string line, string expected) =>
        Assert.That(Command().Command.Parse(line).Errors.Select(e => e.Message), Is.EqualTo(new[] { expected }));

    [Test]
    public void Describe_Options_SayDefaultsLimitsAndChoices()
    {
        var (_, options) = Command();
        string Of(string key) => $"{options[key].Name} <{options[key].HelpName}> {options[key].Description}";
        Assert.That(Of("someText"), Is.EqualTo("--some-text <sometext> A text. Default: none."));
        Assert.That(Of("choice"), Is.EqualTo("--choice <a|b> One of two. Default b."));
        Assert.That(Of("count"), Is.EqualTo("--count <n> A count. From 1 to 9."));
        Assert.That(Of("either"), Is.EqualTo("--either <true|false> Yes, no or neither."));
    }

    private static (Command Command, ManifestOptions Options) Command()
    {
        var options = ManifestOptions.For(s_schema, new("someText"), new("choice"), new("count", Value: "n"), new("flag"), new("either"), new("list"));
        var command = new Command("test");
        options.AddTo(command);
        return (command, options);
    }

    private static Command Sub(Command command, string name) => command.Subcommands.Single(c => c.Name == name);

    private static JObject Input(string file) => (JObject)JObject.Parse(File.ReadAllText(Path.Combine(Repository.Root, "manifest", file + ".json")))["input"]!;
}
