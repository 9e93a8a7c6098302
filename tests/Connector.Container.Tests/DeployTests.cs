using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using CustomerIo.Connector.Sandbox;
using CustomerIo.Connector.Values;
using k8s;
using k8s.Models;
using Newtonsoft.Json.Linq;
using YamlDotNet.Core;

namespace CustomerIo.Connector.Container.Tests;

/// <summary>The examples of <c>docs/deploy</c>: held against schemas of Compose and Kubernetes, against the image, and run.</summary>
public class DeployTests
{
    private const string Secret = "secret-4711";
    private static readonly string s_compose = Read("compose.yaml"),
        s_kubernetes = Read("kubernetes.yaml");

    private static Image Image => Stage.Image;

    /// <summary>The hub's pods, as Kubernetes' own client reads them, which takes no word that the API does not have.</summary>
    private static V1PodSpec Pod => Parts(s_kubernetes).OfType<V1Deployment>().Single().Spec.Template.Spec;

    [Test]
    public async Task Examples_AreRightByTheSchemas()
    {
        var said = await CheckAsync(s_compose, s_kubernetes);
        Assert.That(said["wrong"], Is.Empty, said["wrong"]!.ToString());
        Assert.That(
            said["kubernetes"]!.Select(p => (string?)p["kind"]),
            Is.EquivalentTo(new[] { "Deployment", "Service", "PodDisruptionBudget", "StatefulSet", "Service" })
        );
        Assert.That(Parts(s_kubernetes), Has.Count.EqualTo(5));
    }

    [TestCase("read_only: true", "read_onyl: true", "read_onyl")]
    [TestCase("interval: 30s", "interval: soon", "duration")]
    [TestCase("replicas: 2", "replicas: two", "/services/hub/deploy/replicas")]
    public async Task Compose_ASlip_IsFound(string right, string wrong, string words) =>
        Assert.That((await CheckAsync(Slip(s_compose, right, wrong), s_kubernetes))["wrong"]!.ToString(), Does.Contain(words));

    [TestCase("replicas: 2", "replicas: two", "/spec/replicas")]
    [TestCase("  selector:\n", "  other:\n", "selector")]
    [TestCase("containerPort: 8028", "containerPort: http", "containerPort")]
    public async Task Kubernetes_ASlip_IsFound(string right, string wrong, string words) =>
        Assert.That((await CheckAsync(s_compose, Slip(s_kubernetes, right, wrong)))["wrong"]!.ToString(), Does.Contain(words));

    [TestCase("readOnlyRootFilesystem: true", "readOnlyRootFileSystem: true")]
    [TestCase("path: /health", "paht: /health")]
    public void Kubernetes_AWordThatTheApiDoesNotHave_IsFound(string right, string wrong) =>
        Assert.That(() => Parts(Slip(s_kubernetes, right, wrong)), Throws.InstanceOf<YamlException>());

    [Test]
    public async Task Examples_FitTheImageAndKeepNoSecret()
    {
        var compose = (await CheckAsync(s_compose, s_kubernetes))["compose"]!["services"]!["hub"]!;
        var pod = Pod;
        var hub = pod.Containers.Single();
        var name = (string?)Image.Manifest["RepoTags"]!.Single();
        Assert.Multiple(() =>
        {
            Assert.That(pod.Containers.Concat(pod.InitContainers).Select(c => c.Image).Append((string?)compose["image"]), Has.All.EqualTo(name));
            Assert.That($"{pod.SecurityContext.RunAsUser}:{pod.SecurityContext.RunAsGroup}", Is.EqualTo((string?)Image.Settings["User"]));
            Assert.That(
                hub.Ports.Select(p => $"{p.ContainerPort}/tcp"),
                Is.EqualTo(((JObject)Image.Settings["ExposedPorts"]!).Properties().Select(p => p.Name))
            );
            foreach (var container in pod.Containers.Concat(pod.InitContainers))
            {
                Assert.That(container.SecurityContext.ReadOnlyRootFilesystem, Is.True);
                Assert.That(container.SecurityContext.AllowPrivilegeEscalation, Is.False);
            }

            Assert.That(hub.Env.Where(e => e.Value is not null).Select(e => e.Name), Is.EqualTo(new[] { "QUEUE_DATABASE" }), "the rest is in secrets");
            Assert.That(((JObject)compose["environment"]!).Properties().Select(p => p.Name), Is.EqualTo(new[] { "QUEUE_DATABASE" }), "the rest is in hub.env");
            Assert.That(compose["healthcheck"]!["test"]!.Skip(1).First().ToString(), Is.EqualTo((string?)Image.Settings["Entrypoint"]!.Single()));
        });
    }

    /// <summary>Two hubs as the examples start them, each in the unpacked image, with the database and the keys that they share.</summary>
    [TestCase("compose", true)]
    [TestCase("kubernetes", false)]
    public async Task TwoHubs_StartedAsTheExampleSays_AreReadyShareTheQueueAndEndInTime(string example, bool oneHome)
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        var database = (await Postgres.DatabaseAsync()).Split(';').Select(p => p.Split('=')).ToDictionary(p => p[0], p => p[1], StringComparer.Ordinal);
        var pod = Pod;
        var said = await CheckAsync(s_compose, s_kubernetes);
        var (args, path, grace) =
            example == "compose"
                ? (said["compose"]!["services"]!["hub"]!["command"]!.Select(w => (string)w!), "/health", Seconds(said["compose"]!["services"]!["hub"]!))
                : (pod.Containers.Single().Args, pod.Containers.Single().ReadinessProbe.HttpGet.Path, Seconds(pod));

        var first = Image.Home();
        var made = await Image.RunAsync(first, [], "hub", "keys", "add", "n8n", "--json");
        Assert.That(made.Exit, Is.Zero, made.ToString());
        var second = oneHome ? first : Image.Home();
        if (!oneHome)
        {
            // As the init container does with the file that the secret has.
            Directory.CreateDirectory(Path.Combine(second, "data"));
            File.Copy(Path.Combine(first, "data", "hub.db"), Path.Combine(second, "data", "hub.db"));
            await RunAsync("chown", "-R", (string)Image.Settings["User"]!, second);
        }

        (string, string)[] environment =
        [
            .. Tool.KeysOf(sandbox),
            ("CUSTOMERIO_WRITE_KEY", Secret),
            ("QUEUE_DATABASE", $"postgres://{database["Username"]}@{database["Host"]}:{database["Port"]}/{database["Database"]}"),
            ("PGPASSWORD", Secret),
        ];
        string[] here = [.. args.Select(w => w == "0.0.0.0" ? "127.0.0.1" : w), "--port", "0"];
        using var one = await Image.StartAsync(first, environment, here);
        using var two = await Image.StartAsync(second, environment, here);
        var errors = new[] { one.StandardError.ReadToEndAsync(), two.StandardError.ReadToEndAsync() };
        using var http = new HttpClient();
        var urls = new List<string>();
        foreach (var (process, error) in new[] { one, two }.Zip(errors))
        {
            var url = await process.StandardOutput.ReadLineAsync();
            Assert.That(url, Is.Not.Null, url is null ? await error : "");
            urls.Add(url!);

            // A probe calls the pod by its address.
            using var probe = await http.GetAsync(new Uri(url + path));
            Assert.That((int)probe.StatusCode, Is.EqualTo(200));
        }

        for (var i = 0; i < 20; i++)
        {
            Assert.That(
                await PostAsync(http, urls[i % 2] + "/v1/track", $$"""{"userId":"7","event":"e{{i}}","messageId":"m{{i}}"}""", Basic()),
                Is.EqualTo(200)
            );
            Assert.That(await PostAsync(http, urls[i % 2] + "/actions/identify", """{"id":"7"}""", Bearer((string)made.Json["key"]!)), Is.EqualTo(200));
        }

        await Eventually.TrueAsync(() => sandbox.Person("7")?["events"]?.Count() == 20, () => "the events did not arrive");
        Assert.That(sandbox.Person("7")!["events"]!.Select(e => (string?)e["name"]), Is.EqualTo(Enumerable.Range(0, 20).Select(i => $"e{i}")));
        foreach (var (process, error) in new[] { one, two }.Zip(errors))
        {
            var ran = await ImageTests.EndAsync(process, error, grace);
            Assert.That(ran.Exit, Is.Zero, ran.ToString());
            Assert.That(ran.ToString(), Does.Not.Contain(Secret));
        }
    }

    [OneTimeTearDown]
    public Task StopAsync() => Postgres.StopAsync();

    private static AuthenticationHeaderValue Basic() => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Secret + ":")));

    private static AuthenticationHeaderValue Bearer(string key) => new("Bearer", key);

    private static TimeSpan Seconds(V1PodSpec pod) =>
        TimeSpan.FromSeconds(pod.TerminationGracePeriodSeconds!.Value - pod.Containers.Single().Lifecycle.PreStop.Sleep.Seconds);

    private static TimeSpan Seconds(JToken service) =>
        TimeSpan.FromSeconds(int.Parse(((string)service["stop_grace_period"]!).TrimEnd('s'), CultureInfo.InvariantCulture));

    private static async Task<int> PostAsync(HttpClient http, string url, string json, AuthenticationHeaderValue who)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(url)) { Content = content };
        request.Headers.Authorization = who;
        using var answer = await http.SendAsync(request);
        return (int)answer.StatusCode;
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.Zero, program);
    }

    private static async Task<JObject> CheckAsync(string compose, string kubernetes)
    {
        var input = ConnectorJson.ToText(new JObject { ["compose"] = compose, ["kubernetes"] = kubernetes });
        var (exit, stdout, stderr) = await NodeTools.RunAsync("node", ["check.mjs"], input: input);
        Assert.That(exit, Is.Zero, stderr);
        return ConnectorJson.ParseObject(stdout);
    }

    private static IReadOnlyList<object> Parts(string yaml) => [.. KubernetesYaml.LoadAllFromString(yaml, strict: true)];

    private static string Slip(string text, string right, string wrong)
    {
        Assert.That(text, Does.Contain(right));
        var at = text.IndexOf(right, StringComparison.Ordinal);
        return text[..at] + wrong + text[(at + right.Length)..];
    }

    private static string Read(string name) => File.ReadAllText(Path.Combine(Repository.Root, "docs", "deploy", name));
}
