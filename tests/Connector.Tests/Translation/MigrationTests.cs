using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Tests.Kit;
using CustomerIo.Connector.Translation;
using CustomerIo.Connector.Values;
using CustomerIo.Connector.Webhooks;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Tests.Translation;

/// <summary>What somebody's data would feel who moves from Segment (S) or RudderStack (R): the input, and what these send for it.</summary>
public class MigrationTests
{
    private const string Entity = "POST /api/v2/entity ";

    private static string R(string json) => Translated.Text("rudderstack", json);

    private static string S(string json) => Translated.Text("segment", json);

    private static string C(string json) => Translated.Text("connector", json);

    private static string Classic(string json) => Translated.Text("segment-classic", json);

    private static string V2(string json) => Translated.Text("rudderstack-v2", json);

    private static string Record(string profile, string records, string json, long? segment = null)
    {
        var settings = EventSettings.Of(profile) with { Records = records, RecordSegment = segment };
        var translated = Translator.Translate(Bench.Json(json), settings, Translated.Now);
        return translated.Refused
            ?? string.Join('\n', translated.Requests.Select(r => r.ToPublic()).Select(r => $"{r.Method} {r.Path} {r.Body!.ToString(Formatting.None)}"));
    }

    [Test]
    public void A1_R_NoCreationTimeIsMadeUp() =>
        Assert.Multiple(() =>
        {
            Assert.That(R("""{"type":"identify","userId":"7","traits":{"email":"a@b.io"}}"""), Is.EqualTo("""PUT /api/v1/customers/7 {"email":"a@b.io"}"""));
            Assert.That(
                Translated.Text("rudderstack", """{"type":"identify","userId":"7"}""", createdAtNow: true),
                Is.EqualTo("""PUT /api/v1/customers/7 {"created_at":1800000000}""")
            );
        });

    private static readonly string[] s_mentions =
    [
        "\"properties\":{\"email\":\"x@example.com\"}",
        "\"traits\":{\"email\":\"x@example.com\"}",
        "\"context\":{\"traits\":{\"email\":\"x@example.com\"}}",
        "\"context\":{\"externalId\":[{\"id\":\"x@example.com\"}]}",
    ];

    [TestCase("User Deleted")]
    [TestCase("User Suppressed")]
    [TestCase("User Unsuppressed")]
    public void A2_NobodyIsDeletedOrSuppressed_ByAnAddressThatIsOnlyMentioned(string name)
    {
        foreach (var profile in (string[])["segment", "connector", "rudderstack"])
        {
            foreach (var mention in s_mentions)
            {
                var json = $"{{\"type\":\"track\",\"anonymousId\":\"a1\",\"event\":\"{name}\",{mention}}}";
                Assert.That(Translated.Text(profile, json, reserved: true), Does.StartWith("/userId: is missing"), $"{profile} {json}");
            }

            Assert.That(
                Translated.Text(profile, $$"""{"type":"track","userId":"x@example.com","event":"{{name}}"}""", reserved: true),
                Does.Contain("""{"email":"x@example.com"}"""),
                profile
            );
        }
    }

    [TestCase(" User Deleted ")]
    [TestCase("User Deleted\u200b")]
    public void A2_ANameThatHadToBeCleaned_IsRecorded(string name) =>
        Assert.That(
            Translated.Text("segment", $"{{\"type\":\"track\",\"userId\":\"7\",\"event\":\"{name}\"}}", reserved: true),
            Does.Contain("\"action\":\"event\",\"name\":\"User Deleted\"")
        );

    [TestCase("traits")]
    [TestCase("context")]
    public void A2_R_NeitherDoesAnIdAmongTraits(string place)
    {
        var traits = place == "traits" ? "\"traits\":{\"id\":\"8\"}" : "\"context\":{\"traits\":{\"id\":\"8\"}}";
        Assert.That(
            Translated.Text("rudderstack", $"{{\"type\":\"track\",\"anonymousId\":\"a\",\"event\":\"User Deleted\",{traits}}}", reserved: true),
            Does.StartWith("/userId: is missing")
        );
    }

    [TestCase("connector")]
    [TestCase("segment")]
    public void A2_NoDeviceIsTakenAway_ByAnAddressThatIsOnlyMentioned(string profile)
    {
        const string Json =
            """{"type":"track","anonymousId":"a","event":"Device Deleted","traits":{"email":"x@example.com"},"context":{"device":{"token":"t"}}}""";
        Assert.That(Translated.Text(profile, Json, emailOnEveryCall: true), Does.StartWith("/userId: is missing"));
    }

    [Test]
    public void Alias_OfOneAddressInTwoSpellings_MergesNobody()
    {
        foreach (var profile in Profile.All.Where(p => p.Calls.Contains("alias")).Select(p => p.Name))
        {
            Assert.That(
                Translated.Text(profile, """{"type":"alias","userId":"Ada@Example.com","previousId":"ada@example.com"}"""),
                Does.StartWith("/previousId: names the same person"),
                profile
            );
        }
    }

    [TestCase("20260101")]
    [TestCase("\"20260101\"")]
    [TestCase("2024")]
    public void Time_ThatIsMoreLikelyADate_IsRefused(string time) =>
        Assert.That(C($$"""{"type":"track","userId":"7","event":"e","timestamp":{{time}}}"""), Does.StartWith("/timestamp: looks like a date"));

    [TestCase("Object Deleted", "objectTypeId")]
    [TestCase("Object Deleted", "object_type_id")]
    [TestCase("Relationship Deleted", "object_type_id")]
    public void A3_S_DeletionsNameTheTypeOfTheObject(string name, string member) =>
        Assert.That(
            S($$$"""{"type":"track","event":"{{{name}}}","userId":"7","properties":{"objectId":"o","{{{member}}}":"2"}}"""),
            Does.Contain("""{"object_type_id":"2","object_id":"o"}""")
        );

    [TestCase("""{"All":false}""", true)]
    [TestCase("""{"all":false}""", true)]
    [TestCase("""{"Customer.io":false}""", true)]
    [TestCase("""{"All":true,"Customer.io":false}""", true)]
    [TestCase("""{"Customer IO":false}""", true)]
    [TestCase("""{"Customer.io (Actions)":false}""", true)]
    [TestCase("""{"Actions Customerio":false}""", true)]
    [TestCase("""{"All":false,"Customer.io":true}""", false)]
    [TestCase("""{"All":false,"Customer.io":{"option":1}}""", false)]
    [TestCase("""{"All":false,"Customer.io":null}""", true)]
    [TestCase("""{"Mixpanel":false}""", false)]
    [TestCase("""{"All":"false"}""", true)]
    [TestCase("{}", false)]
    [TestCase("null", false)]
    [TestCase("[]", false)]
    [TestCase("false", true)]
    public void A4_SwitchesOfTheCallAreHeeded(string integrations, bool isKept)
    {
        foreach (var profile in Profile.All.Select(p => p.Name))
        {
            foreach (var call in (string[])["\"type\":\"identify\"", "\"type\":\"track\",\"event\":\"Bought\"", "\"type\":\"page\",\"name\":\"P\""])
            {
                var translated = Translated.Of(profile, $$"""{{{call}},"userId":"7","integrations":{{integrations}}}""");
                Assert.That((translated.Skipped is not null, translated.Refused), Is.EqualTo((isKept, (string?)null)), $"{profile} {call}");
            }
        }
    }

    [Test]
    public void A4_WhatIsSkipped_SaysSo() =>
        Assert.That(
            Translated.Line("segment", """{"type":"track","userId":"7","event":"Bought","integrations":{"All":false}}"""),
            Is.EqualTo("""{"skipped":"/integrations keeps it from Customer.io."}""")
        );

    [TestCase("customerio")]
    [TestCase("rudderstack")]
    public void A4_WhatComesFromCustomerIo_IsStampedSoThatItDoesNotGoBack(string naming)
    {
        var delivery = Delivery.Read("""{"object_type":"email","metric":"sent","data":{"customer_id":"7"}}"""u8, Catalogue.Embedded.Triggers[0]);
        var call = TrackCalls.Of(delivery, naming);
        Assert.Multiple(() =>
        {
            Assert.That(call["integrations"]!.ToString(Formatting.None), Is.EqualTo("""{"Customer.io":false}"""));
            Assert.That(Translated.Of("rudderstack", call.ToString()).Skipped, Is.Not.Null);
        });
    }

    [TestCase("properties")]
    [TestCase("traits")]
    public void A5_S_AnAnonymousEventIsNotThatOfAnAddressInIt(string place) =>
        Assert.Multiple(() =>
        {
            Assert.That(
                S($$$"""{"type":"track","anonymousId":"a1","event":"Signed Up","messageId":"m","{{{place}}}":{"email":"x@example.com"}}"""),
                Does.StartWith(Entity + """{"type":"person","identifiers":{"anonymous_id":"a1"},"action":"event","name":"Signed Up",""")
            );
            Assert.That(
                S($$$"""{"type":"group","anonymousId":"a1","groupId":"g","{{{place}}}":{"email":"x@example.com"}}"""),
                Does.Contain("\"identify_anonymous\"").And.Contain("""[{"identifiers":{"anonymous_id":"a1"}}]""")
            );
            Assert.That(
                Translated
                    .Of(
                        "segment",
                        $$$"""{"type":"track","event":"Device Created or Updated","{{{place}}}":{"email":"x@example.com"},"""
                            + "\"context\":"
                            + """{"device":{"token":"t","type":"ios"}}}"""
                    )
                    .Refused,
                Does.StartWith("/userId: is missing")
            );
        });

    [Test]
    public void A6_R_TheAddressBecomesAttributes() =>
        Assert.Multiple(() =>
        {
            Assert.That(
                R(
                    """{"type":"identify","userId":"7","traits":{"address":{"city":"NY","street":"S","postalCode":"1","country":"US","state":"NY","""
                        + "\"planet\":\"E\"}}}"
                ),
                Is.EqualTo("""PUT /api/v1/customers/7 {"city":"NY","state":"NY","street":"S","country":"US","postalCode":"1"}""")
            );
            Assert.That(
                R("""{"type":"identify","userId":"7","traits":{"address":{"city":"NY"},"city":"LA"}}"""),
                Is.EqualTo("""PUT /api/v1/customers/7 {"city":"LA"}""")
            );
            Assert.That(S("""{"type":"identify","userId":"7","traits":{"address":{"city":"NY"}}}"""), Does.Contain("""{"address":{"city":"NY"}}"""));
        });

    [Test]
    public void A7_R_NobodyUnknownIsIdentified() =>
        Assert.That(R("""{"type":"identify","anonymousId":"a1","traits":{"plan":"pro"}}"""), Does.StartWith("/userId: is missing"));

    [Test]
    public void A8_S_AnIdentifyRelatesThePersonToAnObject() =>
        Assert.Multiple(() =>
        {
            Assert.That(
                S("""{"type":"identify","userId":"7","traits":{"objectId":5,"objectTypeId":"2","relationshipAttributes":{"role":"x","since":"2026-01-31"}}}"""),
                Is.EqualTo(
                    Entity
                        + """{"type":"person","identifiers":{"id":"7"},"action":"identify","attributes":{"objectId":5},"""
                        + "\"cio_relationships\":"
                        + """[{"identifiers":{"object_type_id":"2","object_id":"5"},"relationship_attributes":{"role":"x","since":"2026-01-31"}}]}"""
                )
            );
            Assert.That(S("""{"type":"identify","userId":"7","traits":{"objectId":"o"}}"""), Does.Contain("""{"object_type_id":"1","object_id":"o"}"""));
            Assert.That(
                S("""{"type":"identify","userId":"7","traits":{"objectTypeId":"2","object_type_id":"3","relationshipAttributes":{}}}"""),
                Does.EndWith("""{"id":"7"},"action":"identify","attributes":{}}""")
            );
        });

    [TestCase("\"2026-01-31T09:30:00Z\"", 1769851800)]
    [TestCase("1769851800", 1769851800)]
    [TestCase("\"1769851800\"", 1769851800)]
    [TestCase("\"soon\"", 1800000000)]
    [TestCase("\"\"", 1800000000)]
    public void A9_S_AReportHasItsOwnTime(string timestamp, long sent) =>
        Assert.That(
            S($$$"""{"type":"track","event":"Report Delivery Event","timestamp":{{{timestamp}}},"properties":{"deliveryId":"d","metric":"clicked"}}"""),
            Is.EqualTo($$"""POST /api/v1/metrics {"delivery_id":"d","metric":"clicked","timestamp":{{sent}}}""")
        );

    [Test]
    public void A10_TheAddressOfACompanyIsNotThatOfTheCaller() =>
        Assert.Multiple(() =>
        {
            const string Company = """{"type":"group","anonymousId":"a1","groupId":"acme","traits":{"email":"info@acme.com"}}""";
            Assert.That(R(Company), Does.EndWith(""","cio_relationships":[]}]}"""));
            Assert.That(C(Company), Does.Contain("""[{"identifiers":{"anonymous_id":"a1"}}]"""));
            Assert.That(
                Translated.Text("connector", Company, emailOnEveryCall: true),
                Does.Contain("""[{"identifiers":{"anonymous_id":"a1"}}]"""),
                "not even where any address may name somebody"
            );
            Assert.That(
                R("""{"type":"group","groupId":"acme","traits":{"email":"info@acme.com"},"context":{"traits":{"email":"ada@example.com"}}}"""),
                Does.Contain("""[{"identifiers":{"email":"ada@example.com"}}]""")
            );
        });

    [Test]
    public void A11_S_ABlankTimeIsNone() =>
        Assert.Multiple(() =>
        {
            foreach (var name in (string[])["created_at", "createdAt"])
            {
                Assert.That(S($$$"""{"type":"identify","userId":"7","traits":{"{{{name}}}":""}}"""), Does.EndWith("\"attributes\":{}}"));
                Assert.That(R($$$"""{"type":"identify","userId":"7","traits":{"{{{name}}}":""}}"""), Is.EqualTo("PUT /api/v1/customers/7 {}"));
            }

            foreach (var profile in Profile.All.Select(p => p.Name))
            {
                Assert.That(
                    Translated.Text(profile, """{"type":"track","userId":"7","event":"e","timestamp":""}"""),
                    Does.Not.Contain("timestamp").And.Contain("\"e\""),
                    profile
                );
            }
        });

    [Test]
    public void A12_R_AGroupsTimeIsAnAttributeLikeAnyOther() =>
        Assert.That(
            R("""{"type":"group","groupId":"g","userId":"7","traits":{"createdAt":"2026-01-31"}}"""),
            Does.Contain("\"attributes\":{\"createdAt\":\"2026-01-31\"}")
        );

    [Test]
    public void A13_S_AGroupsTimeKeepsItsName() =>
        Assert.Multiple(() =>
        {
            Assert.That(
                S("""{"type":"group","groupId":"g","userId":"7","traits":{"objectAttributes":{"createdAt":"2026-01-31"}}}"""),
                Does.Contain("\"attributes\":{\"createdAt\":1769817600}")
            );
            Assert.That(
                C("""{"type":"group","groupId":"g","userId":"7","traits":{"createdAt":"2026-01-31"}}"""),
                Does.Contain("\"attributes\":{\"created_at\":1769817600}")
            );
        });

    [TestCase("""{"traits":{"object_type_id":"3"}}""", """{"object_type_id":"1","object_id":"g"}""", """{"object_type_id":"3"}""")]
    [TestCase("""{"objectTypeId":"3"}""", """{"object_type_id":"1","object_id":"g"}""", "{}")]
    [TestCase("""{"traits":{"objectTypeId":"2","name":"A"}}""", """{"object_type_id":"2","object_id":"g"}""", """{"objectTypeId":"2","name":"A"}""")]
    public void A14_A15_R_OnlyOneTraitSaysTheType_AndStaysAnAttribute(string more, string identifiers, string attributes)
    {
        var json = Bench.Json(more);
        (json["type"], json["groupId"], json["userId"]) = ("group", "g", "7");
        Assert.That(R(json.ToString()), Does.Contain("\"identifiers\":" + identifiers).And.Contain("\"attributes\":" + attributes));
    }

    [Test]
    public void A16_S_DatesAreConvertedEverywhere() =>
        Assert.Multiple(() =>
        {
            Assert.That(
                S("""{"type":"group","groupId":"g","userId":"7","traits":{"relationshipAttributes":{"since":"2026-01-31"}}}"""),
                Does.Contain("\"relationship_attributes\":{\"since\":1769817600}")
            );
            Assert.That(
                S(
                    """{"type":"track","event":"Application Opened","userId":"7","properties":{"d":"2026-01-31"},"""
                        + "\"context\":{\"device\":{\"token\":\"t\",\"type\":\"ios\"}}}"
                ),
                Does.Contain("\"attributes\":{\"d\":\"1769817600\"}")
            );
            Assert.That(
                S("""{"type":"track","event":"Report Content Event","anonymousId":"a","properties":{"actionType":"viewed_content","d":"2026-01-31"}}"""),
                Does.Contain("\"attributes\":{\"d\":1769817600}")
            );
        });

    [Test]
    public void A17_R_TheOtherPlacesOfIds_AndAnyCaseOfTheType() =>
        Assert.Multiple(() =>
        {
            Assert.That(R("""{"type":"group","userId":"7","traits":{"groupId":"tg"}}"""), Does.Contain("\"object_id\":\"tg\""));
            Assert.That(
                R("""{"type":"alias","previousId":"old","traits":{"userId":"9"}}"""),
                Is.EqualTo("""POST /api/v1/merge_customers {"primary":{"id":"9"},"secondary":{"id":"old"}}""")
            );
            Assert.That(R("""{"type":"Track","userId":"7","event":"e"}"""), Does.StartWith("POST /api/v1/customers/7/events"));
            Assert.That(S("""{"type":"group","userId":"7","traits":{"groupId":"tg"}}"""), Does.StartWith("/groupId: is missing"));
        });

    [Test]
    public void A18_R_ZeroIsNobody() =>
        Assert.Multiple(() =>
        {
            Assert.That(R("""{"type":"track","userId":0,"anonymousId":"a1","event":"e"}"""), Does.Contain("\"anonymous_id\":\"a1\""));
            Assert.That(R("""{"type":"track","userId":"0","anonymousId":"a1","event":"e"}"""), Does.StartWith("POST /api/v1/customers/0/events"));
            Assert.That(S("""{"type":"track","userId":0,"anonymousId":"a1","event":"e"}"""), Does.Contain("""{"id":"0"}"""));
        });

    [Test]
    public void A19_S_ContentIsSeenByABrowser() =>
        Assert.That(
            S("""{"type":"track","event":"Report Content Event","userId":"7","anonymousId":"a1","properties":{"actionType":"viewed_content"}}"""),
            Is.EqualTo(Entity + """{"type":"person","identifiers":{"anonymous_id":"a1"},"action":"viewed_content","name":"viewed_content","attributes":{}}""")
        );

    [Test]
    public void A20_S_OfTwoCreationTimesTheVendorsNameWins() =>
        Assert.That(
            S("""{"type":"identify","userId":"7","traits":{"createdAt":"2026-01-01","created_at":"2026-01-02"}}"""),
            Does.Contain("\"created_at\":1767312000")
        );

    [Test]
    public void A21_S_AValueOfAReportNeedsNoAction() =>
        Assert.That(
            S("""{"type":"track","event":"Report Delivery Event","properties":{"deliveryId":"d","metric":"clicked","actionValue":"v"}}"""),
            Does.Contain("\"metadata\":{\"action_value\":\"v\"}")
        );

    [Test]
    public void A22_S_IdsAmongTheTraitsAreAttributes() =>
        Assert.That(
            S("""{"type":"identify","userId":"7","traits":{"anonymousId":"yy","userId":"xx"}}"""),
            Does.Contain("""{"anonymousId":"yy","userId":"xx"}""")
        );

    [TestCase("subscribed", "Email Subscribed", "Customer Subscribed")]
    [TestCase("unsubscribed", "Email Unsubscribed", "Customer Unsubscribed")]
    public void A23_R_AnEmailsSubscriptionIsNamedAfterTheEmail(string metric, string theirs, string ours)
    {
        var delivery = Delivery.Read(
            System.Text.Encoding.UTF8.GetBytes($$$"""{"object_type":"email","metric":"{{{metric}}}","data":{"email_address":"a@b.io"}}"""),
            Catalogue.Embedded.Triggers[0]
        );
        Assert.That(
            ((string?)TrackCalls.Of(delivery, "rudderstack")["event"], (string?)TrackCalls.Of(delivery, "customerio")["event"]),
            Is.EqualTo((theirs, ours))
        );
    }

    [TestCase("Sat Jan 31 2026 09:30:00 GMT+0000", 1769851800)]
    [TestCase("Sat Jan 31 2026 09:30:00 GMT+0000 (Coordinated Universal Time)", 1769851800)]
    [TestCase("Sat Jan 31 2026 10:30:00 GMT+0100 (CET)", 1769851800)]
    [TestCase("01/31/2026", 1769817600)]
    public void A24_TimesAsJavaScriptWritesThemAreRead(string timestamp, long sent)
    {
        var json = $$"""{"type":"track","userId":"7","event":"e","timestamp":"{{timestamp}}"}""";
        Assert.Multiple(() =>
        {
            Assert.That(R(json), Does.Contain($"\"timestamp\":{sent}"));
            Assert.That(S(json), Does.Contain($"\"timestamp\":{sent}"));
            Assert.That(C(json), Does.StartWith("/timestamp: must be"), "which day 01/02/2026 is depends on whom you ask");
        });
    }

    [Test]
    public void V1_C_AnAddressNamesThePersonOnIdentifyAlone_UnlessAsked()
    {
        const string Form = """{"type":"track","anonymousId":"a1","event":"Invited","properties":{"email":"friend@example.com"}}""";
        Assert.Multiple(() =>
        {
            Assert.That(C("""{"type":"identify","traits":{"email":"ada@example.com"}}"""), Does.Contain("""{"email":"ada@example.com"}"""));
            Assert.That(C("""{"type":"identify","properties":{"email":"ada@example.com"}}"""), Does.StartWith("/userId: is missing"));
            Assert.That(C(Form), Does.Contain("\"anonymous_id\":\"a1\""));
            Assert.That(
                C("""{"type":"track","event":"Invited","properties":{"email":"friend@example.com"}}"""),
                Does.StartWith("/userId: is missing, and no anonymousId")
            );
            Assert.That(Translated.Text("connector", Form, emailOnEveryCall: true), Does.Contain("\"identifiers\":{\"email\":\"friend@example.com\"}"));
        });
    }

    [TestCase("Application Installed", "add_device")]
    [TestCase("Application Opened", "add_device")]
    [TestCase("Application Uninstalled", "delete_device")]
    public void V4_C_LifecycleEventsAreRecorded_AndTellOfTheDevice(string name, string action)
    {
        var json = $$$$"""{"type":"track","userId":"7","messageId":"m","event":"{{{{name}}}}","context":{"device":{"token":"t","type":"ios"}}}""";
        Assert.Multiple(() =>
        {
            var requests = C(json).Split('\n');
            Assert.That(requests, Has.Length.EqualTo(2));
            Assert.That(requests[0], Does.Contain($"\"action\":\"{action}\""));
            Assert.That(requests[1], Does.Contain($"\"action\":\"event\",\"name\":\"{name}\",\"id\":\"ULID\""));
            Assert.That(C($$"""{"type":"track","userId":"7","event":"{{name}}"}"""), Does.Contain($"\"name\":\"{name}\"").And.Not.Contain("\n"));
            Assert.That(R(json).Split('\n'), Has.Length.EqualTo(1));
            Assert.That(S(json).Split('\n'), Has.Length.EqualTo(1));
        });
    }

    [Test]
    public void V5_C_IsoDatesBecomeSeconds() =>
        Assert.That(
            C("""{"type":"track","userId":"7","event":"e","properties":{"due":"2026-01-31","note":"2026-01-31 or so"}}"""),
            Does.Contain("""{"due":1769817600,"note":"2026-01-31 or so"}""")
        );

    [Test]
    public void V6_C_DeliveryReportsAct_UnlessAskedNotTo()
    {
        const string Report = """{"type":"track","userId":"7","event":"Report Delivery Event","properties":{"deliveryId":"d","metric":"opened"}}""";
        Assert.Multiple(() =>
        {
            Assert.That(C(Report), Does.StartWith("POST /api/v1/metrics"));
            Assert.That(Translated.Text("connector", Report, reserved: false), Does.Contain("\"name\":\"Report Delivery Event\""));
            Assert.That(R(Report), Does.Contain("\"name\":\"Report Delivery Event\""));
            Assert.That(C("""{"type":"track","userId":"7","event":"User Deleted"}"""), Does.Contain("\"name\":\"User Deleted\""));
        });
    }

    [TestCase(
        """{"type":"identify","userId":"u","traits":{"created":"2014-01-01","email":"jd@example.com","date":"2014-01-01","trait":true}}""",
        """PUT /api/v1/customers/u {"email":"jd@example.com","date":1388534400,"trait":true,"created_at":1388534400,"id":"u"}"""
    )]
    [TestCase(
        """{"type":"identify","userId":"u","anonymousId":"a","timestamp":"2014-01-01","traits":{"createdAt":"2014-01-01","id":"x"}}""",
        """PUT /api/v1/customers/u {"createdAt":1388534400,"created_at":1388534400,"id":"u"}"""
    )]
    [TestCase("""{"type":"identify","anonymousId":"a","traits":{"email":"jd@example.com"}}""", "/userId: is missing")]
    [TestCase(
        """{"type":"track","userId":"u","event":"my-event","timestamp":"2014-01-01","properties":{"date":"2014-01-01","prop":true}}""",
        """POST /api/v1/customers/u/events {"data":{"date":1388534400,"prop":true},"name":"my-event","type":"event","timestamp":1388534400}"""
    )]
    [TestCase("""{"type":"track","anonymousId":"a","event":"e"}""", "/userId: is missing; without it nothing is sent in this profile.")]
    [TestCase(
        """{"type":"group","userId":"u","groupId":"g","timestamp":"2014-01-01","traits":{"created":"2014-01-01","email":"f@s.io","name":"Acme"}}""",
        """PUT /api/v1/customers/u {"Group created":1388534400,"email":"f@s.io","Group name":"Acme","Group id":"g","id":"u"}"""
    )]
    [TestCase("""{"type":"alias","userId":"u","previousId":"v"}""", "/type: \"alias\" is no known call")]
    [TestCase(
        """{"type":"track","userId":"u","event":"Application Opened","context":{"device":{"token":"t","type":"ios"}}}""",
        """POST /api/v1/customers/u/events {"name":"Application Opened","type":"event"}"""
    )]
    public void D1_SegmentClassic(string json, string sent) => Assert.That(Classic(json), Does.StartWith(sent));

    [TestCase(
        """{"type":"page","userId":"u","name":"Home","category":"Docs","timestamp":"2014-01-01","properties":{"title":"W","url":"http://i.com"}}""",
        """POST /api/v1/customers/u/events {"data":{"title":"W","category":"Docs","name":"Home"},"name":"http://i.com","type":"page","timestamp":1388534400}"""
    )]
    [TestCase(
        """{"type":"screen","userId":"u","name":"Home","timestamp":"2014-01-01","properties":{"prop":true,"name":"n"}}""",
        """POST /api/v1/customers/u/events {"data":{"prop":true},"name":"Viewed Home Screen","type":"event","timestamp":1388534400}"""
    )]
    public void D1_SegmentClassic_AViewAlsoTellsOfTheVisit(string json, string sent) =>
        Assert.Multiple(() =>
        {
            Assert.That(Classic(json), Is.EqualTo("""PUT /api/v1/customers/u {"_last_visit":1388534400}""" + "\n" + sent));
            var away = Bench.Json(json);
            away["context"] = Bench.Json("""{"active":false}""");
            Assert.That(Classic(away.ToString()), Is.EqualTo(sent), "who is not there visits nothing");
        });

    [TestCase(
        """{"type":"identify","userId":"7","anonymousId":"a","timestamp":"2026-01-31T09:30:00Z","traits":{"email":"a@b.io","createdAt":"2026-01-30"},"""
            + "\"user_properties\":{\"plan\":\"pro\"}}",
        """{"type":"person","identifiers":{"id":"7"},"action":"identify","attributes":{"email":"a@b.io","created_at":1769731200,"anonymous_id":"a","""
            + "\"_timestamp\":1769851800}}"
    )]
    [TestCase(
        """{"type":"identify","userId":"a@b.io","traits":{"address":{"city":"NY"}}}""",
        """{"type":"person","identifiers":{"id":"a@b.io"},"action":"identify","attributes":{"city":"NY"}}"""
    )]
    [TestCase(
        """{"type":"identify","traits":{"email":"a@b.io"}}""",
        """{"type":"person","identifiers":{"email":"a@b.io"},"action":"identify","attributes":{"email":"a@b.io"}}"""
    )]
    [TestCase(
        """{"type":"track","anonymousId":"a","event":"Looked","properties":{"price":1}}""",
        """{"type":"person","identifiers":{"anonymous_id":"a"},"action":"event","name":"Looked","attributes":{"price":1}}"""
    )]
    [TestCase("""{"type":"page","userId":"7","name":"Pricing"}""", """{"type":"person","identifiers":{"id":"7"},"action":"page","name":"Pricing"}""")]
    [TestCase(
        """{"type":"screen","anonymousId":"a","event":"Home"}""",
        """{"type":"person","identifiers":{"anonymous_id":"a"},"action":"screen","name":"Viewed Home Screen"}"""
    )]
    [TestCase(
        """{"type":"group","userId":"a@b.io","groupId":"g","traits":{"name":"A","action":"delete_relationships"}}""",
        """{"type":"object","identifiers":{"object_type_id":"1","object_id":"g"},"action":"delete_relationships","attributes":{"name":"A"},"""
            + "\"cio_relationships\":[{\"identifiers\":{\"email\":\"a@b.io\"}}]}"
    )]
    [TestCase(
        """{"type":"alias","userId":"a@b.io","previousId":"old"}""",
        """{"type":"person","action":"merge","primary":{"email":"a@b.io"},"secondary":{"id":"old"}}"""
    )]
    [TestCase(
        """{"type":"track","userId":"7","event":"Application Installed","timestamp":"2026-01-31T09:30:00Z","properties":{"p":"q"},"context":{"""
            + """ "locale":"de","app":{"version":"1.2"},"os":{"name":"Android"},"device":{"token":"t","type":"android","model":"m"}}}""",
        """{"type":"person","identifiers":{"id":"7"},"action":"add_device","device":{"token":"t","platform":"android","last_used":1769851800,"attributes":"""
            + """{"p":"q","device_os":"Android","device_model":"m","app_version":"1.2","device_locale":"de"}}}"""
    )]
    [TestCase(
        """{"type":"track","userId":"7","event":"Application Uninstalled","context":{"device":{"token":"t"}}}""",
        """{"type":"person","identifiers":{"id":"7"},"action":"delete_device","device":{"token":"t"}}"""
    )]
    public void D2_RudderStackV2_EverythingIsAnOperationInABatch(string json, string operation) =>
        Assert.That(V2(json), Is.EqualTo("POST /api/v2/batch {\"batch\":[" + operation + "]}"));

    [TestCase("""{"type":"page","userId":"7"}""", "/name: is missing")]
    [TestCase("""{"type":"screen","userId":"7"}""", "/name: is missing")]
    public void D2_RudderStackV2_WhatHasNoNameIsRefused(string json, string refusal) => Assert.That(V2(json), Does.StartWith(refusal));

    [Test]
    public void D2_RudderStackV2_LongNamesAreSent()
    {
        var name = new string('x', 101);
        Assert.That(V2($$"""{"type":"track","anonymousId":"a","event":"{{name}}"}"""), Does.Contain(name));
    }

    [TestCase(
        "person",
        """{"action":"insert","identifiers":{"id":"1","email":"a@b.io","plan":"pro","created_at":"2026-01-31T09:30:00Z"}}""",
        """{"type":"person","identifiers":{"id":"1"},"action":"identify","attributes":{"email":"a@b.io","plan":"pro"},"timestamp":1769851800}"""
    )]
    [TestCase(
        "person",
        """{"action":"update","identifiers":{"cio_id":"c1","id":"1"}}""",
        """{"type":"person","identifiers":{"cio_id":"c1"},"action":"identify","attributes":{"id":"1"}}"""
    )]
    [TestCase(
        "person",
        """{"action":"delete","identifiers":{"email":"a@b.io","plan":"pro"}}""",
        """{"type":"person","identifiers":{"email":"a@b.io"},"action":"delete"}"""
    )]
    [TestCase(
        "event",
        """{"action":"insert","identifiers":{"id":"1","name":"Order Completed","total":5,"created_at":1769851800}}""",
        """{"type":"person","identifiers":{"id":"1"},"action":"event","name":"Order Completed","timestamp":1769851800,"attributes":{"total":5}}"""
    )]
    [TestCase(
        "object",
        """{"action":"insert","identifiers":{"object_id":"o","object_type_id":2,"id":"1","name":"A"}}""",
        """{"type":"object","identifiers":{"object_type_id":"2","object_id":"o"},"action":"identify","attributes":{"name":"A"},"""
            + "\"cio_relationships\":[{\"identifiers\":{\"id\":\"1\"}}]}"
    )]
    [TestCase(
        "object",
        """{"action":"delete","identifiers":{"object_id":"o"}}""",
        """{"type":"object","identifiers":{"object_type_id":"1","object_id":"o"},"action":"delete"}"""
    )]
    [TestCase(
        "object",
        """{"action":"delete","identifiers":{"object_id":"o","id":"1"}}""",
        """{"type":"object","identifiers":{"object_type_id":"1","object_id":"o"},"action":"delete_relationships","""
            + "\"cio_relationships\":[{\"identifiers\":{\"id\":\"1\"}}]}"
    )]
    public void D4_ARecordIsAnOperation(string records, string json, string operation)
    {
        var record = json.Replace("{\"action", "{\"type\":\"record\",\"action", StringComparison.Ordinal);
        Assert.Multiple(() =>
        {
            Assert.That(Record("rudderstack-v2", records, record), Is.EqualTo("POST /api/v2/batch {\"batch\":[" + operation + "]}"));
            Assert.That(Record("rudderstack", records, record), Is.EqualTo("POST /api/v2/batch {\"batch\":[" + operation + "]}"));
            Assert.That(Record("connector", records, record), Is.EqualTo("POST /api/v2/entity " + operation));
            Assert.That(R(record), Does.StartWith("/type: is record"), "unless somebody says what records are");
            Assert.That(S(record), Does.StartWith("/type: \"record\" is no known call"));
        });
    }

    [TestCase("event", """{"type":"record","action":"insert","identifiers":{"id":"1"}}""", "/identifiers/name: is missing")]
    [TestCase("event", """{"type":"record","action":"delete","identifiers":{"id":"1","name":"n"}}""", "/action: must be insert or update")]
    [TestCase("person", """{"type":"record","action":"insert","identifiers":{"plan":"pro"}}""", "/identifiers: names nobody")]
    [TestCase("person", """{"type":"record","action":"upsert","identifiers":{"id":"1"}}""", "/action: must be insert, update or delete")]
    [TestCase("person", """{"type":"record","action":"insert"}""", "/identifiers: is missing")]
    [TestCase("object", """{"type":"record","action":"insert","identifiers":{"id":"1"}}""", "/identifiers/object_id: is missing")]
    [TestCase("segment", """{"type":"record","action":"insert","identifiers":{"id":"1","plan":"pro"}}""", "/type: is record; which manual segment")]
    public void D4_ARecordThatCannotBe_IsRefused(string records, string json, string refusal) =>
        Assert.That(Record("rudderstack", records, json), Does.StartWith(refusal));

    [TestCase("insert", """{"id":"1"}""", "add_customers?id_type=id", "1")]
    [TestCase("update", """{"email":"a@b.io"}""", "add_customers?id_type=email", "a@b.io")]
    [TestCase("delete", """{"cio_id":"cio_c1"}""", "remove_customers?id_type=cio_id", "c1")]
    public void D5_AMemberOfAnAudience_JoinsOrLeavesTheSegment(string action, string identifiers, string path, string id)
    {
        var json = "{\"type\":\"record\",\"action\":\"" + action + "\",\"identifiers\":" + identifiers + "}";
        Assert.Multiple(() =>
        {
            Assert.That(Record("rudderstack", "segment", json, 7), Is.EqualTo($$"""POST /api/v1/segments/7/{{path}} {"ids":["{{id}}"]}"""));
            Assert.That(
                Record("rudderstack", "segment", json.Replace("{\"", "{\"x\":1,\"", StringComparison.Ordinal), 7),
                Does.StartWith("/identifiers: must hold one identifier")
            );
        });
    }

    [Test]
    public void D4_WhomARecordNames_KeepsTheOrderOfTheirEvents() =>
        Assert.That(
            EventPersonKeys.Of(new JsonView(Bench.Json("""{"identifiers":{"email":"a@b.io"}}"""))),
            Is.EqualTo(EventPersonKeys.Of(new JsonView(Bench.Json("""{"userId":"a@b.io"}"""))))
        );

    [Test]
    public void Profiles_AreTheChoicesOfTheManifest_AndEveryRuleHasItsWords() =>
        Assert.Multiple(() =>
        {
            var names = Profile.All.Select(p => p.Name).ToArray();
            var choices = Catalogue.Embedded.Find("send-event").Input["properties"]!["profile"]!["enum"]!.Select(c => (string)c!);
            Assert.That(choices, Is.EqualTo(names));
            Assert.That(((JObject)Catalogue.Embedded.Profiles["profiles"]!).Properties().Select(p => p.Name), Is.EqualTo(names));
            Assert.That(
                ((JObject)Catalogue.Embedded.Profiles["rules"]!).Properties().Select(p => p.Name),
                Is.EqualTo(EventTranslator.Profiles[0].Rules.Properties().Select(p => p.Name))
            );
        });

    [TestCase("""{"id":"e7","identifierType":"id"}""", """PUT /api/v1/customers/e7 {"id":"e7","plan":"pro"}""")]
    [TestCase("""{"id":"a@b.io","identifierType":"email"}""", """PUT /api/v1/customers/a%40b.io {"email":"a@b.io","plan":"pro"}""")]
    [TestCase("""{"id":"e7","identifierType":"userId"}""", """PUT /api/v1/customers/e7 {"plan":"pro"}""")]
    public void D3_R_ARowOfAWarehouseNamesItsPersonAside(string externalId, string sent) =>
        Assert.Multiple(() =>
        {
            var json =
                "{\"type\":\"identify\",\"userId\":\"u\",\"traits\":{\"plan\":\"pro\"},\"context\":{\"mappedToDestination\":true,\"externalId\":["
                + externalId
                + "]}}";
            Assert.That(R(json), Is.EqualTo(sent));
            Assert.That(R(json.Replace("true", "\"true\"", StringComparison.Ordinal)), Is.EqualTo(sent), "as text, which RudderStack sends, too");
            Assert.That(R(json.Replace("true", "false", StringComparison.Ordinal)), Does.StartWith("PUT /api/v1/customers/u {\"plan\""));
            Assert.That(S(json), Does.Contain("""{"id":"u"}"""));
        });

    [Test]
    public void D3_R_WhomARowNames_KeepsTheOrderOfTheirEvents()
    {
        var named = EventPersonKeys.Of(new JsonView(Bench.Json("""{"userId":"e7"}""")));
        var row = EventPersonKeys.Of(new JsonView(Bench.Json("""{"userId":"u","context":{"externalId":[{"id":"e7"}]}}""")));
        Assert.That(row, Is.SupersetOf(named));
    }

    [TestCase("x", 1000, false)]
    [TestCase("x", 1001, true)]
    [TestCase("ü", 500, false)]
    [TestCase("ü", 501, true)]
    public void D7_AnAttributeThatIsTooLong_IsToldBeforeItIsRefused(string letter, int count, bool isTold)
    {
        var text = string.Concat(Enumerable.Repeat(letter, count));
        foreach (
            var call in (string[])["{\"type\":\"identify\",\"traits\":{\"bio\":\"T\"},", "{\"type\":\"group\",\"groupId\":\"g\",\"traits\":{\"bio\":\"T\"},"]
        )
        {
            var translated = Translated.Of("connector", call.Replace("T\"", text + "\"", StringComparison.Ordinal) + "\"userId\":\"7\"}");
            Assert.That(translated.Requests, Has.Count.EqualTo(1));
            Assert.That(translated.Warnings.Any(w => w.StartsWith("/traits/bio is 100", StringComparison.Ordinal)), Is.EqualTo(isTold), call);
        }
    }

    [TestCase("""{"consent":{"categoryPreferences":{"Marketing":true,"Ads":false}}}""", false)]
    [TestCase("""{"consent":{"categoryPreferences":{"Marketing":false,"Ads":true}}}""", true)]
    [TestCase("""{"consent":{"categoryPreferences":{"Ads":true}}}""", true)]
    [TestCase("""{"consentManagement":{"allowedConsentIds":["Marketing"],"deniedConsentIds":["Ads"]}}""", false)]
    [TestCase("""{"consentManagement":{"allowedConsentIds":[],"deniedConsentIds":["Marketing"]}}""", true)]
    [TestCase("""{"consentManagement":{"deniedConsentIds":["marketing"]}}""", true)]
    [TestCase("""{"consentManagement":{"deniedConsentIds":"Marketing"}}""", true)]
    [TestCase("{}", false)]
    public void D8_AnEventWithoutTheConsentIsNotSent(string context, bool isKept)
    {
        var json = Bench.Json("{\"type\":\"track\",\"userId\":\"7\",\"event\":\"e\",\"context\":" + context + "}");
        Assert.Multiple(() =>
        {
            var settings = EventSettings.Of("segment") with { Consents = ["Marketing"] };
            Assert.That(Translator.Translate(json, settings, Translated.Now).Skipped, Is.EqualTo(isKept ? "The consent \"Marketing\" is denied." : null));
            Assert.That(Translator.Translate(json, EventSettings.Of("segment"), Translated.Now).Skipped, Is.Null, "unless asked");
        });
    }

    [TestCase("""{"All":"false"}""", true)]
    [TestCase("""{"Customer.io":"False"}""", true)]
    [TestCase("""{"All":0}""", true)]
    [TestCase("\"false\"", true)]
    [TestCase("""{"All":"true"}""", false)]
    [TestCase("""{"All":"false","Customer.io":"true"}""", false)]
    public void ASwitch_ThatIsAText_SaysWhatItSays(string integrations, bool isKept)
    {
        var json = Bench.Json("{\"type\":\"track\",\"userId\":\"7\",\"event\":\"e\",\"integrations\":" + integrations + "}");
        foreach (var profile in Profile.All)
        {
            var translated = Translator.Translate(json, EventSettings.Of(profile.Name), Translated.Now);
            Assert.That(translated.Skipped is not null, Is.EqualTo(isKept), profile.Name);
        }
    }

    [TestCase("""{"Marketing":"true"}""", false)]
    [TestCase("""{"marketing":true}""", false)]
    [TestCase("""{"marketing":true,"Marketing":false}""", true)]
    [TestCase("""{"Marketing":"false"}""", true)]
    public void AConsent_InAnyCaseOrAsText_IsRead(string categories, bool isKept)
    {
        var context = "{\"consent\":{\"categoryPreferences\":" + categories + "}}";
        var json = Bench.Json("{\"type\":\"track\",\"userId\":\"7\",\"event\":\"e\",\"context\":" + context + "}");
        var settings = EventSettings.Of("connector") with { Consents = ["Marketing"] };
        Assert.That(Translator.Translate(json, settings, Translated.Now).Skipped is not null, Is.EqualTo(isKept));
    }

    [Test]
    public void D1_APersonNamedByTheirCioId_KeepsTheirId()
    {
        var json = Bench.Json("""{"type":"identify","userId":"cio_a3000001","traits":{"plan":"x"}}""");
        var request = Translator.Translate(json, EventSettings.Of("segment-classic"), Translated.Now).Requests.Single().ToPublic();
        Assert.That(
            (request.Path, request.Body!.ToString(Newtonsoft.Json.Formatting.None)),
            Is.EqualTo(("/api/v1/customers/cio_a3000001", """{"plan":"x"}"""))
        );
    }

    [Test]
    public void D1_AnAnonymousIdThatIsNotSent_RefusesNobody()
    {
        var json = Bench.Json("""{"type":"identify","userId":"7","anonymousId":"undefined","traits":{"a":1}}""");
        Assert.That(Translator.Translate(json, EventSettings.Of("segment-classic"), Translated.Now).Refused, Is.Null);
    }

    [TestCase("null")]
    [TestCase("\"\"")]
    public void D4_ADeletedRelationshipWithoutItsPerson_DeletesNoObject(string id)
    {
        var json = Bench.Json("{\"type\":\"record\",\"action\":\"delete\",\"identifiers\":{\"object_id\":\"o\",\"id\":" + id + "}}");
        var settings = EventSettings.Of("rudderstack-v2") with { Records = "object" };
        Assert.That(Translator.Translate(json, settings, Translated.Now).Refused, Does.StartWith("/identifiers/id: names nobody"));
    }

    [Test]
    public void D4_RecordsInAProfileWithoutThem_AreRefusedWhenTheyAreAskedFor() =>
        Assert.That(
            () => EventSettings.Of("segment") with { Records = "person" },
            Throws.InstanceOf<ConnectorException>().With.Message.Contains("segment, which takes no records")
        );

    [Test]
    public void A18_AnAliasOfNobody_MergesNobody()
    {
        var json = Bench.Json("""{"type":"alias","userId":"7","previousId":0}""");
        Assert.That(Translator.Translate(json, EventSettings.Of("rudderstack"), Translated.Now).Refused, Does.StartWith("/previousId: is missing"));
    }

    [TestCase("connector", null)]
    [TestCase("rudderstack", "null")]
    public void ATime_Before1970_IsNone(string profile, string? sent)
    {
        var json = Bench.Json("""{"type":"track","userId":"7","event":"e","timestamp":"0001-01-01T00:00:00Z"}""");
        var translated = Translator.Translate(json, EventSettings.Of(profile), Translated.Now);
        Assert.That(translated.Refused is null, Is.EqualTo(sent is not null), translated.Refused);
        Assert.That(translated.Requests.Select(r => r.ToPublic().Body!["timestamp"]), Has.All.Null);
    }
}
