using CustomerIo.Connector.Track;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Tests.Model;

/// <summary>The gate's own table; that every edge holds to it is shown by GateEdgesTests.</summary>
public class GateTests
{
    [TestCase("u1", "u1")]
    [TestCase("00123", "00123")]
    [TestCase("a b", "a b")]
    [TestCase(" u1 ", "u1")]
    [TestCase("u1\t\r\n", "u1")]
    [TestCase("\u00a0u1\u00a0", "u1")]
    [TestCase("\u200bu1\u200f", "u1")]
    [TestCase("\u2028u1\u202f", "u1")]
    [TestCase("\u2060u1\ufeff", "u1")]
    [TestCase("\u00adu1\u180e", "u1")]
    [TestCase("\u3000u1\u2003", "u1")]
    [TestCase("\U000E0001u1\U000E007F", "u1")]
    [TestCase("👩‍🚀", "👩‍🚀")]
    [TestCase("12e5", "12e5")]
    [TestCase("1e21", "1e21")]
    [TestCase("nullable", "nullable")]
    [TestCase("Nullard", "Nullard")]
    [TestCase("-", "-")]
    [TestCase("0", "0")]
    [TestCase("2024-05-01", "2024-05-01")]
    [TestCase("'s-Gravenhage", "'s-Gravenhage")]
    [TestCase("\"ada\"", "\"ada\"")]
    [TestCase("u\u200d1", "u\u200d1")]
    [TestCase("E+3", "E+3")]
    [TestCase("a12E+3", "a12E+3")]
    [TestCase("2024E+1234", "2024E+1234")]
    [TestCase("❤️", "❤️")]
    [TestCase("NA", "NA")]
    [TestCase("#SALE!", "#SALE!")]
    [TestCase("(nullable)", "(nullable)")]
    [TestCase("null@none", "null@none")]
    [TestCase("null 1", "null 1")]
    [TestCase("none of them", "none of them")]
    [TestCase("🚀 none", "🚀 none")]
    [TestCase("[1]", "[1]")]
    [TestCase("Promise", "Promise")]
    [TestCase("\"", "\"")]
    [TestCase("undefined_undefined, undefined undefined,", "undefined_undefined, undefined undefined,")]
    [TestCase("1.5e", "1.5e")]
    [TestCase("1.5e+", "1.5e+")]
    [TestCase("1.5e+a", "1.5e+a")]
    [TestCase("1a.5e+3", "1a.5e+3")]
    [TestCase("1.a5e+3", "1.a5e+3")]
    [TestCase(".5e3", ".5e3")]
    [TestCase(".5e+3", ".5e+3")]
    [TestCase("e.5", "e.5")]
    [TestCase("1.#IN-F", "1.#IN-F")]
    [TestCase("%!d", "%!d")]
    [TestCase("(<nil>) u1", "(<nil>) u1")]
    [TestCase("[object Object", "[object Object")]
    [TestCase("[subject Object]", "[subject Object]")]
    [TestCase("n@ll", "n@ll")]
    [TestCase("nat", "nat")]
    [TestCase("\u180a", "\u180a")]
    [TestCase("\u2801", "\u2801")]
    [TestCase("\u3163", "\u3163")]
    public void Name_WhatMayPass_IsCleanAtItsEnds(string text, string expected)
    {
        var passed = Gate.Name(text);
        Assert.That((passed.Text, passed.Problem, passed.Trimmed), Is.EqualTo((expected, (string?)null, expected != text)));
    }

    [TestCase("")]
    [TestCase("   ")]
    [TestCase("\u200b")]
    [TestCase("a\u0000b")]
    [TestCase("a\nb")]
    [TestCase("a\u007fb")]
    [TestCase("a\u0085b")]
    [TestCase("\u0000")]
    [TestCase("undefined")]
    [TestCase(" Undefined ")]
    [TestCase("<nil>")]
    [TestCase("%!s(<nil>)")]
    [TestCase("Optional(nil)")]
    [TestCase("-Infinity")]
    [TestCase("{}")]
    [TestCase("[]")]
    [TestCase("null")]
    [TestCase("NULL")]
    [TestCase("None")]
    [TestCase("NaN")]
    [TestCase("nan")]
    [TestCase("nil")]
    [TestCase("NaT")]
    [TestCase("[object Object]")]
    [TestCase("[object Promise]")]
    [TestCase("\\N")]
    [TestCase("#N/A")]
    [TestCase("#REF!")]
    [TestCase("N/A")]
    [TestCase("(null)")]
    [TestCase("<NA>")]
    [TestCase("1.23E+11")]
    [TestCase("1,23E+11")]
    [TestCase("1e+21")]
    [TestCase("1.0E16")]
    [TestCase("-1.5e-7")]
    [TestCase("12E+3")]
    [TestCase("12e+3")]
    [TestCase("123.45E+9")]
    [TestCase("\"null\"")]
    [TestCase("'undefined'")]
    [TestCase("\"\"")]
    [TestCase("''")]
    [TestCase("[null]")]
    [TestCase("[undefined]")]
    [TestCase("{null}")]
    [TestCase("[\"\"]")]
    [TestCase("[ ]")]
    [TestCase("`null`")]
    [TestCase("\u201cnull\u201d")]
    [TestCase("«nil»")]
    [TestCase("「null」")]
    [TestCase("undefined undefined")]
    [TestCase("undefined_undefined")]
    [TestCase("null, null")]
    [TestCase("(none)")]
    [TestCase("[[\"#N/A\"]]")]
    [TestCase("{ \"1.5e+3\" }")]
    [TestCase("#CALC!")]
    [TestCase("#SPILL!")]
    [TestCase("#GETTING_DATA")]
    [TestCase("1.#QNAN")]
    [TestCase("1.#INF00")]
    [TestCase("inf")]
    [TestCase("-inf")]
    [TestCase("System.DBNull")]
    [TestCase("[Function: id]")]
    [TestCase("[Function (anonymous)]")]
    [TestCase("Promise { <pending> }")]
    [TestCase("%!d(<nil>)")]
    [TestCase("n\u200bull")]
    [TestCase("\u3164")]
    [TestCase("\u2800")]
    [TestCase("\u115f\u1160")]
    [TestCase("\u034f")]
    [TestCase("\ufe0f")]
    [TestCase("\u3164 \u200b\uffa0")]
    [TestCase("u\u202e1")]
    [TestCase("u\u20661\u2069a")]
    [TestCase("a\u0001b")]
    [TestCase("a\u001fb")]
    [TestCase("a\u0080b")]
    [TestCase("a\u009fb")]
    [TestCase("u\u202a1")]
    [TestCase("undefined_undefined, undefined undefined")]
    [TestCase("((null))")]
    [TestCase("(null")]
    [TestCase("infinity")]
    [TestCase("#VALUE!")]
    [TestCase("#NAME?")]
    [TestCase("#DIV/0!")]
    [TestCase("#NUM!")]
    [TestCase("#FIELD!")]
    [TestCase("#BLOCKED!")]
    [TestCase("#CONNECT!")]
    [TestCase("#UNKNOWN!")]
    [TestCase("#BUSY!")]
    [TestCase("#PYTHON!")]
    [TestCase("#EXTERNAL!")]
    [TestCase("#ERROR!")]
    [TestCase("null|nil")]
    [TestCase("null+nil")]
    [TestCase("null=nil")]
    [TestCase("null`nil")]
    [TestCase("<null><nil>")]
    [TestCase("+1.5e+3")]
    [TestCase("1.e+3")]
    [TestCase("1.5e+999")]
    [TestCase("1,5E3")]
    [TestCase("\u17b4")]
    [TestCase("\u17b5")]
    [TestCase("\u2065")]
    [TestCase("\u115f")]
    [TestCase("\u1160")]
    [TestCase("\uffa0")]
    [TestCase("\u180b")]
    [TestCase("\u180f")]
    [TestCase("\ufe00")]
    [TestCase("\ufff0")]
    [TestCase("\ufff8")]
    [TestCase("\U000E0000")]
    [TestCase("\U000E0FFF")]
    public void Name_WhatNothingCanBeCalled_IsRefused(string text) => Assert.That(Gate.Name(text).Problem, Is.Not.Null);

    [TestCase("", "must not be empty.")]
    [TestCase(" ", "must not be blank.")]
    [TestCase("\u3164", "must not be blank.")]
    [TestCase("a\nb", "holds a control character; take it out.")]
    [TestCase("u\u202e1", "holds a mark that turns the direction of writing, so that it reads like another name; take it out.")]
    [TestCase(
        " null ",
        "is \"null\", which programs write where there is nothing: everybody without a name would become one. Leave it empty, or set the connection's "
            + "allowPlaceholderIds."
    )]
    public void Name_Refused_SaysWhyAndWhatToDo(string text, string expected) => Assert.That(Gate.Name(text).Problem, Is.EqualTo(expected));

    [TestCase("mailto:a@b.de", "is a link; leave mailto: out.")]
    [TestCase("a@b@c.de", "has more than one @.")]
    [TestCase("a b@c.de", "holds white space or an invisible character, which no e-mail address has.")]
    [TestCase("a@b.de,c", "holds <, >, a comma or a semicolon: give one address alone, with no name and no further address.")]
    public void Id_MeantAsAnAddress_SaysWhyItIsNone(string text, string expected) =>
        Assert.That(Gate.Id(text).Problem, Is.EqualTo(expected + " An id with an @ is held to be an e-mail address."));

    [TestCase("id", true)]
    [TestCase("email", true)]
    [TestCase("cio_id", true)]
    [TestCase("_update", true)]
    [TestCase("created_at", true)]
    [TestCase("_timestamp", true)]
    [TestCase("unsubscribed", true)]
    [TestCase("anonymous_id", true)]
    [TestCase("cio_subscription_preferences", true)]
    [TestCase("cio_subscription_preferences.topics", true)]
    [TestCase("cio_subscription_preferencesX", false)]
    [TestCase("ab", false)]
    [TestCase("plans", false)]
    [TestCase("plan_a", false)]
    [TestCase("_upkeep", false)]
    [TestCase("created_on", false)]
    [TestCase("unsubscriber", false)]
    [TestCase("", false)]
    public void IsReserved_NamesWithAMeaningAlone(string name, bool expected) => Assert.That(Gate.IsReserved(name), Is.EqualTo(expected));

    /// <summary>Yes means that nobody looks at the value; no, that somebody does.</summary>
    [TestCase("id", "\"u1\"", false)]
    [TestCase("email", "\"ada@example.com\"", true)]
    [TestCase("email", "\"ada\"", false)]
    [TestCase("email", "7", false)]
    [TestCase("created_at", "171452160", true)]
    [TestCase("created_at", "1714521600", true)]
    [TestCase("created_at", "17145216000", false)]
    [TestCase("created_at", "17145216", false)]
    [TestCase("created_at", "17145216.0", false)]
    [TestCase("created_at", "-171452160", false)]
    [TestCase("created_at", "\"1714521600\"", false)]
    [TestCase("unsubscribed", "true", true)]
    [TestCase("unsubscribed", "false", true)]
    [TestCase("unsubscribed", "1", false)]
    [TestCase("unsubscribed", "null", false)]
    [TestCase("anonymous_id", "\"u1\"", true)]
    [TestCase("anonymous_id", "\"null\"", false)]
    [TestCase("anonymous_id", "\"a@b\"", false)]
    [TestCase("anonymous_id", "7", false)]
    [TestCase("plan", "\"pro\"", true)]
    [TestCase("ab", "1", true)]
    [TestCase("plans", "1", true)]
    [TestCase("created_on", "true", true)]
    [TestCase("unsubscriber", "7", true)]
    public void IsPlain_ValueOfAnAttribute_NeedsNoLook(string name, string value, bool expected)
    {
        var reader = new System.Text.Json.Utf8JsonReader(System.Text.Encoding.UTF8.GetBytes(value));
        reader.Read();
        Assert.That(Gate.IsPlain(System.Text.Encoding.UTF8.GetBytes(name), reader.ValueSpan, reader.TokenType), Is.EqualTo(expected));
    }

    [TestCase("ada@example.com", true)]
    [TestCase("ada+a.b/c_d-e@example.com", true)]
    [TestCase("a@b.c", true)]
    [TestCase("@b.c", false)]
    [TestCase("a@.c", false)]
    [TestCase("a@b.", false)]
    [TestCase("a@b", false)]
    [TestCase("ada", false)]
    [TestCase("a@b@c.d", false)]
    [TestCase("a b@c.d", false)]
    [TestCase("", false)]
    public void IsPlain_Email_IsAnAddressOfPlainCharacters(string text, bool expected) =>
        Assert.That(Gate.IsPlainEmail(System.Text.Encoding.UTF8.GetBytes(text)), Is.EqualTo(expected));

    [TestCase("u1", true)]
    [TestCase("123", true)]
    [TestCase("ada", true)]
    [TestCase("a b", true)]
    [TestCase("null@none", true)]
    [TestCase("", false)]
    [TestCase(" u1", false)]
    [TestCase("u1 ", false)]
    [TestCase("\"u1\"", false)]
    [TestCase("u\\1", false)]
    [TestCase("ä1", false)]
    [TestCase("a\u0001", false)]
    [TestCase("[object a@b]", false)]
    [TestCase("#N/A", false)]
    public void IsPlain_Name_IsOneOfVisibleCharacters(string text, bool expected) =>
        Assert.That(Gate.IsPlainName(System.Text.Encoding.UTF8.GetBytes(text)), Is.EqualTo(expected));

    [TestCase("undefined")]
    [TestCase("NULL")]
    [TestCase("1.23E+11")]
    public void Name_PlaceholderThatASettingAllows_Passes(string text) => Assert.That(Gate.Name(text, placeholders: true).Problem, Is.Null);

    [TestCase("ada@example.com")]
    [TestCase("ada@localhost")]
    [TestCase("Ada+tag@Example.COM")]
    [TestCase("\"ada, l\"@example.com")]
    [TestCase("用户@例子.广告")]
    [TestCase(" ada@example.com\u00a0")]
    public void Email_Address_Passes(string text) => Assert.That(Gate.Email(text), Is.EqualTo(new GateResult(text.Trim(), null, text != text.Trim())));

    [TestCase("u1")]
    [TestCase("ada@example.com")]
    [TestCase("ada@intranet")]
    [TestCase("@ada@mastodon.social")]
    [TestCase("a, b; c")]
    [TestCase("mailto:")]
    [TestCase("\"ada, l\"@example.com")]
    public void Id_WhatMayPass_IsLeftAsItIs(string text) => Assert.That(Gate.Id(text), Is.EqualTo(new GateResult(text, null, false)));

    [TestCase("a b@c.de")]
    [TestCase("ada @ home")]
    [TestCase("a\u200b@c.de")]
    [TestCase("a\u3164@c.de")]
    [TestCase("mailto:a@b.de")]
    [TestCase("a@b.de;")]
    [TestCase("a@b.de, c@d.de")]
    [TestCase("a@b.de;c@d.de")]
    [TestCase("a@b@c.de")]
    [TestCase("a@@b.de")]
    [TestCase("<a@b.de>")]
    public void Id_WhatIsMeantAsAnAddressAndIsNone_IsRefused(string text) => Assert.That(Gate.Id(text).Problem, Does.EndWith("."));

    [Test]
    public void Problem_OfSeveralSentences_HasASubjectInEach() =>
        Assert.That(
            Gate.Email("a b@c.de").Problem,
            Is.EqualTo("holds white space or an invisible character, which no e-mail address has. It must be an e-mail address, such as ada@example.com.")
        );

    [TestCase("ada")]
    [TestCase("@example.com")]
    [TestCase("ada@")]
    [TestCase("ada lovelace@example.com")]
    [TestCase("ada@exam\u200bple.com")]
    [TestCase("a@example.com;b@example.com")]
    [TestCase("a@example.com,b@example.com")]
    [TestCase("Ada <ada@example.com>")]
    [TestCase("<ada@example.com>")]
    [TestCase("null")]
    [TestCase("a@@b.com")]
    [TestCase("a@b@c.com")]
    [TestCase("@a@b.com")]
    [TestCase("mailto:x@y.z")]
    [TestCase("MAILTO:x@y.z")]
    public void Email_NoAddress_IsRefused(string text) => Assert.That(Gate.Email(text).Problem, Is.Not.Null);

    [TestCase("unsubscribed", "\"yes\"", "true")]
    [TestCase("unsubscribed", "\" NO \"", "false")]
    [TestCase("unsubscribed", "\"on\"", "true")]
    [TestCase("unsubscribed", "\"Off\"", "false")]
    [TestCase("unsubscribed", "\"TRUE\"", "true")]
    [TestCase("unsubscribed", "\"t\"", "true")]
    [TestCase("unsubscribed", "\"y\"", "true")]
    [TestCase("unsubscribed", "\"1\"", "true")]
    [TestCase("unsubscribed", "\"f\"", "false")]
    [TestCase("unsubscribed", "\"n\"", "false")]
    [TestCase("unsubscribed", "\"0\"", "false")]
    [TestCase("unsubscribed", "false", "false")]
    [TestCase("unsubscribed", "1", "true")]
    [TestCase("unsubscribed", "0", "false")]
    [TestCase("unsubscribed", "true", "true")]
    [TestCase("unsubscribed", "\"\"", "\"\"")]
    [TestCase("_update", "\"true\"", "true")]
    [TestCase("created_at", "1714521600", "1714521600")]
    [TestCase("created_at", "\"1714521600\"", "1714521600")]
    [TestCase("created_at", "1714521600000", "1714521600")]
    [TestCase("created_at", "\"1714521600000\"", "1714521600")]
    [TestCase("created_at", "1714521600.5", "1714521600")]
    [TestCase("created_at", "\"2024-05-01\"", "1714521600")]
    [TestCase("created_at", "\"2024-05-01T00:00:00Z\"", "1714521600")]
    [TestCase("created_at", "\"2024-05-01 02:00:00.25+02\"", "1714521600")]
    [TestCase("created_at", "\" 2024-05-01 \"", "1714521600")]
    [TestCase("created_at", "\"1969-07-20T20:17:40Z\"", "-14182940")]
    [TestCase("created_at", "\"\"", "\"\"")]
    [TestCase("created_at", "\"1714557600.5\"", "1714557600")]
    [TestCase("created_at", "-1", "-1")]
    [TestCase("created_at", "0", "0")]
    [TestCase("created_at", "100000000", "100000000")]
    [TestCase("created_at", "1024050110", "1024050110")]
    [TestCase("created_at", "946684800000", "946684800")]
    [TestCase("created_at", "\"-1\"", "-1")]
    [TestCase("_timestamp", "\"2024-05-01T00:00:00Z\"", "1714521600")]
    [TestCase(
        "cio_subscription_preferences",
        """{"topics":{"topic_1":"false","topic_2":true,"topic_3":""}}""",
        """{"topics":{"topic_1":false,"topic_2":true,"topic_3":""}}"""
    )]
    [TestCase("cio_subscription_preferences", "\"{\\\"topics\\\":{\\\"topic_1\\\":\\\"no\\\"}}\"", """{"topics":{"topic_1":false}}""")]
    [TestCase("cio_subscription_preferences", """{"topics":{"topic_1":"no","topic_2":"yes"}}""", """{"topics":{"topic_1":false,"topic_2":true}}""")]
    [TestCase("cio_subscription_preferences", """{"topics":null}""", """{"topics":null}""")]
    [TestCase("cio_subscription_preferences", """{"topics":""}""", """{"topics":""}""")]
    [TestCase("cio_subscription_preferences", """{"channel":1}""", """{"channel":1}""")]
    [TestCase("cio_subscription_preferences.topics", """{"topic_1":"yes"}""", """{"topic_1":true}""")]
    [TestCase("cio_subscription_preferences.topics.topic_1", "\"false\"", "false")]
    [TestCase("email", "\" ada@example.com \"", "\"ada@example.com\"")]
    [TestCase("email", "\"\"", "\"\"")]
    [TestCase("id", "\"u1\\u200b\"", "\"u1\"")]
    [TestCase("id", "7", "7")]
    [TestCase("anonymous_id", "\" a \"", "\"a\"")]
    [TestCase("plan", "\" yes \"", "\" yes \"")]
    [TestCase("Unsubscribed", "\"yes\"", "\"yes\"")]
    public void Attribute_WithAMeaning_IsBroughtToItsType(string name, string value, string expected)
    {
        var given = ConnectorJson.Parse(value);
        var before = given.DeepClone();
        Assert.That(Gate.Attribute(name, given, false, out var sent), Is.Null);
        Assert.That(ConnectorJson.ToText(sent!), Is.EqualTo(expected));
        Assert.That(JToken.DeepEquals(given, before), "the caller's value was changed");
    }

    [TestCase("created_at", "null")]
    [TestCase("unsubscribed", "null")]
    [TestCase("email", "null")]
    [TestCase("cio_subscription_preferences", "null")]
    [TestCase("_update", "null")]
    [TestCase("_update", "\"\"")]
    [TestCase("_timestamp", "\"\"")]
    [TestCase("id", "\"\"")]
    [TestCase("cio_id", "null")]
    [TestCase("anonymous_id", "\"\"")]
    public void Attribute_ThatHoldsNothing_IsNotSent(string name, string value)
    {
        Assert.That(Gate.Attribute(name, ConnectorJson.Parse(value), false, out var sent), Is.Null);
        Assert.That(sent, Is.Null);
    }

    [TestCase("id", "\"u1\"", "id", "u1", true)]
    [TestCase("id", "7", "id", "7", true)]
    [TestCase("id", "\"u2\"", "id", "u1", false)]
    [TestCase("id", "7", "id", "u1", false)]
    [TestCase("id", "\"cio_u1\"", "id", "u1", false)]
    [TestCase("id", "\"u2\"", "email", "ada@example.com", true)]
    [TestCase("id", "\"u2\"", "cio_id", "a3000001", true)]
    [TestCase("cio_id", "\"cio_a3000001\"", "cio_id", "a3000001", true)]
    [TestCase("cio_id", "\"a3000002\"", "cio_id", "a3000001", false)]
    [TestCase("email", "\"b@example.com\"", "email", "a@example.com", true)]
    public void Beside_AnIdentifierOfTheSameKind_MustBeTheSame(string name, string value, string key, string identifier, bool passes) =>
        Assert.That(Gate.Beside(name, ConnectorJson.Parse(value), key, identifier) is null, Is.EqualTo(passes));

    [TestCase(
        "id",
        "\"u2\"",
        "differs from the id that names the person, and Customer.io changes an id only for somebody who is named by cio_id. Leave it out, or name them "
            + "by cio_id."
    )]
    [TestCase("cio_id", "\"a2\"", "differs from the cio_id that names the person, which never changes. Leave it out.")]
    public void Beside_Another_SaysWhatToDo(string name, string value, string expected) =>
        Assert.That(Gate.Beside(name, ConnectorJson.Parse(value), name, "u1"), Is.EqualTo(expected));

    [TestCase("unsubscribed", "2", "must be true or false, yes or no, 1 or 0.")]
    [TestCase("email", "5", "must be an e-mail address, such as ada@example.com.")]
    [TestCase("email", "\"ada\"", "must be an e-mail address, such as ada@example.com.")]
    [TestCase("id", "1.5", "must be a text or a whole number.")]
    [TestCase("cio_subscription_preferences", "\"topic_1\"", "must be an object such as {\"topics\":{\"topic_1\":true}}.")]
    [TestCase("cio_subscription_preferences", "true", "must be an object such as {\"topics\":{\"topic_1\":true}}.")]
    [TestCase("cio_subscription_preferences", """{"Topics":{}}""", "must be written topics, in small letters; Customer.io knows no other.")]
    public void Attribute_Refused_SaysWhatItMustBe(string name, string value, string expected) =>
        Assert.That(Gate.Attribute(name, ConnectorJson.Parse(value), false, out _)?.Message, Is.EqualTo(expected));

    [TestCase("unsubscribed", "\"maybe\"", "")]
    [TestCase("unsubscribed", "2", "")]
    [TestCase("unsubscribed", "[]", "")]
    [TestCase("created_at", "\"01/02/2024\"", "")]
    [TestCase("created_at", "\"2024-05-01T10:00:00\"", "")]
    [TestCase("created_at", "\"soon\"", "")]
    [TestCase("created_at", "\" \"", "")]
    [TestCase("created_at", "\"2024-05-01 10:00\"", "")]
    [TestCase("created_at", "\"Wed, 01 May 2024 10:00:00 GMT\"", "")]
    [TestCase("email", "\"a@@b.com\"", "")]
    [TestCase("email", "\"mailto:x@y.z\"", "")]
    [TestCase("created_at", "20240501", "")]
    [TestCase("created_at", "\"20240501\"", "")]
    [TestCase("created_at", "20240501093000", "")]
    [TestCase("created_at", "\"202405010930\"", "")]
    [TestCase("created_at", "2024", "")]
    [TestCase("created_at", "45413", "")]
    [TestCase("created_at", "\"45413.5\"", "")]
    [TestCase("created_at", "1", "")]
    [TestCase("created_at", "99999999", "")]
    [TestCase("_timestamp", "20240501", "")]
    [TestCase("cio_subscription_preferences", """{"Topics":{"topic_1":"no"}}""", "/Topics")]
    [TestCase("id", "\"a@b.de, c@d.de\"", "")]
    [TestCase("created_at", "true", "")]
    [TestCase("created_at", "1e300", "")]
    [TestCase("_timestamp", "{}", "")]
    [TestCase("_update", "\"sometimes\"", "")]
    [TestCase("cio_subscription_preferences", "\"topic_1\"", "")]
    [TestCase("cio_subscription_preferences", "true", "")]
    [TestCase("cio_subscription_preferences", """{"topics":[1]}""", "")]
    [TestCase("cio_subscription_preferences", """{"topics":{"topic_1":"maybe"}}""", "/topics/topic_1")]
    [TestCase("cio_subscription_preferences.topics", """{"topic_1":3}""", "/topic_1")]
    [TestCase("cio_subscription_preferences.topics.topic_1", "\"maybe\"", "")]
    [TestCase("email", "\"ada\"", "")]
    [TestCase("email", "5", "")]
    [TestCase("email", "\"a@b.com;c@d.com\"", "")]
    [TestCase("id", "\"undefined\"", "")]
    [TestCase("id", "1.5", "")]
    [TestCase("id", "true", "")]
    [TestCase("anonymous_id", "{}", "")]
    public void Attribute_ThatCannotBeOfItsType_IsRefusedWithItsPath(string name, string value, string path)
    {
        var problem = Gate.Attribute(name, ConnectorJson.Parse(value), false, out _);
        Assert.That(problem?.Path, Is.EqualTo(path));
        Assert.That(problem!.Message, Does.EndWith("."));
    }

    /// <summary>What the cheap pass lets through unseen must be what the gate itself would not touch.</summary>
    [FsCheck.NUnit.Property(MaxTest = 2000)]
    public void IsPlain_Name_IsOneTheGateLeavesAsItIs(FsCheck.NonNull<string> any, bool email)
    {
        foreach (
            var text in (string[])
                [
                    any.Get,
                    "null_" + any.Get,
                    any.Get + "@x",
                    "null" + any.Get,
                    any.Get + "1e+21",
                    new string([.. any.Get.Where(char.IsAscii)]),
                    any.Get.Replace("a", "@"),
                ]
        )
        {
            var passed = email ? Gate.Email(text) : Gate.Name(text);
            var bytes = System.Text.Encoding.UTF8.GetBytes(text);
            if (email ? Gate.IsPlainEmail(bytes) : Gate.IsPlainName(bytes))
            {
                Assert.That((passed.Text, passed.Problem), Is.EqualTo((text, (string?)null)));
            }
        }
    }

    [TestCase("undefined")]
    [TestCase("NULL")]
    [TestCase("1.23E+11")]
    [TestCase("1e+21")]
    [TestCase("nan")]
    [TestCase("null_null")]
    [TestCase("inf")]
    public void IsPlain_Placeholder_IsNotPlain(string text) => Assert.That(Gate.IsPlainName(System.Text.Encoding.UTF8.GetBytes(text)), Is.False);

    [TestCase("2024-05-01T10:00:00", "Europe/Vienna", 1714550400)]
    [TestCase("2024-12-01 10:00", "Europe/Vienna", 1733043600)]
    [TestCase("2024-05-01", "America/New_York", 1714536000)]
    [TestCase("2024-05-01T10:00:00Z", "Europe/Vienna", 1714557600)]
    [TestCase("1969-07-20 20:17:40.5", "UTC", -14182940)]
    [TestCase("-14182940", "UTC", -14182940)]
    [TestCase("1714521600.75", "UTC", 1714521600)]
    [TestCase("2024-03-31T01:59:59", "Europe/Vienna", 1711846799)]
    [TestCase("2024-03-31T02:30:00", "Europe/Vienna", 1711848600)]
    [TestCase("2024-03-31T03:30:00", "Europe/Vienna", 1711848600)]
    [TestCase("2024-10-27T01:59:59", "Europe/Vienna", 1729987199)]
    [TestCase("2024-10-27T02:30:00", "Europe/Vienna", 1729992600)]
    [TestCase("2024-10-27T02:30:00+02:00", "Europe/Vienna", 1729989000)]
    [TestCase("2018-11-04", "America/Sao_Paulo", 1541300400)]
    public void TryReadAny_TableTimeInAZone_IsSeconds(string text, string zone, long expected)
    {
        Assert.That(Timestamp.TryReadAny(text, TimeZoneInfo.FindSystemTimeZoneById(zone), out var seconds), Is.True);
        Assert.That(seconds, Is.EqualTo(expected));
    }

    [Test]
    public void Attributes_NothingToChange_AreTheSameObject()
    {
        var attributes = Kit.Bench.Json("""{"email":"ada@example.com","created_at":1714521600,"unsubscribed":true,"plan":"pro"}""");
        Assert.That(((IGateKeeper)new Silent()).Attributes(attributes, "customerData", "id", "u1"), Is.SameAs(attributes));
    }

    private sealed class Silent : IGateKeeper
    {
        public bool AllowsPlaceholderIds => false;

        public void Warn(string text) => Assert.Fail(text);
    }
}
