using CustomerIo.Connector.Hub.Brokers;

namespace CustomerIo.Connector.Hub.Tests;

internal sealed class BrokerAddressTests
{
    private static readonly string[] s_kinds = ["amqp", "nats", "kafka"];

    [Test]
    public async Task Publish_ToAQueueOfALongName_IsRefusedBeforeItConnects()
    {
        await using var publisher = new RabbitPublisher(BrokerAddress.Parse("amqp://127.0.0.1:1", "--to", s_kinds, _ => null), new string('ö', 128), null);
        Assert.That(
            () => publisher.PublishAsync([], default),
            Throws.TypeOf<ConnectorException>().With.Property("Kind").EqualTo(FailureKind.Input).And.Message.Contains("at most 255 bytes")
        );
    }

    [TestCase("a.b", "g", "d", "--queue a.b")]
    [TestCase("a", "b c", "d", "--group b c")]
    [TestCase("a", "g>", "d", "--group g>")]
    [TestCase("a", "g", "d e", "--dead-letters d e")]
    [TestCase("a", "g", "d..e", "--dead-letters d..e")]
    [TestCase("a", "g", "d.*", "--dead-letters d.*")]
    public async Task Open_NatsNamesThatAreNone_IsRefusedBeforeItConnects(string queue, string group, string deadLetters, string words)
    {
        var options = new ConsumeOptions
        {
            Queue = queue,
            Group = group,
            DeadLetters = deadLetters,
            Connection = new Connection(),
            Say = _ => { },
        };
        await using var broker = new NatsBroker(BrokerAddress.Parse("nats://127.0.0.1:1", "--from", s_kinds, _ => null), options);
        Assert.That(
            () => broker.OpenAsync(null!, default),
            Throws.TypeOf<ConnectorException>().With.Property("Kind").EqualTo(FailureKind.Input).And.Message.StartWith(words + " is no ")
        );
    }

    [TestCase("amqp://127.0.0.1", "amqp", false, "127.0.0.1:5672", "", "amqp://127.0.0.1")]
    [TestCase("amqps://ada:s%2Fcret@rabbit.example.com/shop", "amqp", true, "rabbit.example.com:5671", "shop", "amqps://rabbit.example.com/shop")]
    [TestCase(
        "tls://token@a.example.com,b.example.com:4333",
        "nats",
        true,
        "a.example.com:4222,b.example.com:4333",
        "",
        "tls://a.example.com,b.example.com:4333"
    )]
    [TestCase("kafka://localhost:9000,[::1]:9001", "kafka", false, "localhost:9000,[::1]:9001", "", "kafka://localhost:9000,[::1]:9001")]
    public void Parse_Address_TellsNothingSecret(string text, string kind, bool isSecure, string hosts, string path, string name)
    {
        var address = BrokerAddress.Parse(text, "--from", s_kinds, _ => null);
        Assert.Multiple(() =>
        {
            Assert.That((address.Kind, address.IsSecure, address.Path), Is.EqualTo((kind, isSecure, path)));
            Assert.That(string.Join(',', address.Hosts.Select(BrokerAddress.Text)), Is.EqualTo(hosts));
            Assert.That((address.Name, address.ToString()), Is.EqualTo((name, name)));
        });
    }

    [Test]
    public void Parse_Variable_IsReadAndNamed()
    {
        var address = BrokerAddress.Parse("env:BROKER", "--from", s_kinds, name => name == "BROKER" ? "amqp://ada:secret@127.0.0.1\n" : null);
        Assert.That((address.User, address.Password, address.Name), Is.EqualTo(("ada", "secret", "env:BROKER")));
    }

    [TestCase("amqp://ada:secret@rabbit.example.com", "Write amqps:// for TLS")]
    [TestCase("kafka://127.0.0.1,kafka.example.com", "Write kafkas:// for TLS")]
    [TestCase("http://ada:secret@127.0.0.1", "is no address of a broker. Write amqps://")]
    [TestCase("amqp://ada:sec/ret@127.0.0.1", "is no address of a broker. Write amqps://")]
    [TestCase("env:NONE", "there is no variable NONE")]
    public void Parse_WhatIsWrong_IsToldWithoutSecrets(string text, string words)
    {
        var failure = Assert.Throws<ConnectorException>(() => BrokerAddress.Parse(text, "--from", s_kinds, _ => null))!;
        Assert.That(failure.Kind, Is.EqualTo(FailureKind.Input));
        Assert.That(failure.Message, Does.Contain(words).And.Not.Contain("secret").And.Not.Contain("sec/ret"));
    }

    [Test]
    public void Kafka_IsLookedForBesideTheTool()
    {
        string[] store = ["", "home", "ada", ".dotnet", "tools", ".store"];
        string Tool(string id) => string.Join(Path.DirectorySeparatorChar, [.. store, id, "0.1.0", id, "0.1.0", "tools", "net10.0", "any"]);
        var here = Tool("customerio.connector.tool");
        Assert.Multiple(() =>
        {
            Assert.That(
                KafkaPart.Places(here + Path.DirectorySeparatorChar, _ => null),
                Is.EqualTo(new[] { here + Path.DirectorySeparatorChar, Tool("customerio.connector.kafka") })
            );
            Assert.That(KafkaPart.Places("/app", _ => null), Is.EqualTo(new[] { "/app" }));
            Assert.That(KafkaPart.Places(here, name => name == KafkaPart.Variable ? "/plug" : null), Is.EqualTo(new[] { "/plug" }));
        });
    }
}
