using System.Text;
using CustomerIo.Connector.Translation;

namespace CustomerIo.Connector.Tests.Translation;

/// <summary>The examples in docs/events.md are what the translator makes; <c>UPDATE_GOLDEN=1</c> writes them anew.</summary>
public class EventsMarkdownTests
{
    private const string Begin = "<!-- Written by the tests: UPDATE_GOLDEN=1. -->\n",
        End = "<!-- End of what the tests write. -->";

    private static readonly (string Name, string Json)[] s_examples =
    [
        (
            "identify",
            """{"type":"identify","userId":"7","anonymousId":"a1","timestamp":"2026-01-31T09:30:00Z","traits":"""
                + """{"email":"ada@example.com","createdAt":"2026-01-30","plan":"pro"}}"""
        ),
        ("identify, by e-mail", """{"type":"identify","traits":{"email":"ada@example.com","since":"2026-01-31"}}"""),
        ("track", """{"type":"track","userId":"7","event":"Bought","messageId":"m","timestamp":"2026-01-31T09:30:00Z","properties":{"price":49.5}}"""),
        ("track, anonymous", """{"type":"track","anonymousId":"a1","event":"Looked","messageId":"m"}"""),
        ("page", """{"type":"page","userId":"7","name":"Pricing","messageId":"m","properties":{"url":"https://example.com/pricing"}}"""),
        ("screen", """{"type":"screen","userId":"7","name":"Main","messageId":"m"}"""),
        ("group", """{"type":"group","userId":"7","groupId":"acme","traits":{"name":"Acme","objectAttributes":{"size":5}}}"""),
        ("alias", """{"type":"alias","userId":"7","previousId":"ada@example.com"}"""),
        ("a device", """{"type":"track","userId":"7","event":"Application Opened","messageId":"m","context":{"device":{"token":"t1","type":"iPadOS"}}}"""),
        ("a reserved event", """{"type":"track","userId":"7","event":"User Deleted","messageId":"m"}"""),
    ];

    [Test]
    public void Examples_AreWhatTheTranslatorMakes()
    {
        var file = Path.Combine(Repository.Root, "docs", "events.md");
        var text = File.ReadAllText(file).ReplaceLineEndings("\n");
        var (begin, end) = (text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, text.IndexOf(End, StringComparison.Ordinal));
        Assert.That(begin >= Begin.Length && end >= begin, Is.True, "docs/events.md has lost the place of its examples");
        var examples = Examples();
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1" && text[begin..end] != examples)
        {
            File.WriteAllText(file, text[..begin] + examples + text[end..]);
            Assert.Fail($"{file} was written anew. Look at the difference, then run the tests without UPDATE_GOLDEN.");
        }

        Assert.That(text[begin..end], Is.EqualTo(examples));
    }

    private static string Examples()
    {
        var text = new StringBuilder();
        foreach (var (name, json) in s_examples)
        {
            text.Append($"\n**{name}** `{json}`\n\n```text\n");
            foreach (var profile in Profile.All)
            {
                var made = Translated.Text(profile.Name, json).Replace("1800000000", "NOW", StringComparison.Ordinal);
                text.Append($"{profile.Name, -16}{made.Replace("\n", "\n" + new string(' ', 16), StringComparison.Ordinal)}\n");
            }

            text.Append("```\n");
        }

        return text.Append('\n').ToString();
    }
}
