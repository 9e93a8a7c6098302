using System.Diagnostics;
using CustomerIo.Connector.Sandbox;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Soak;

/// <summary>Commands that have an end: run again until they say that all is done, as their users do.</summary>
internal static class Jobs
{
    private static readonly int[] s_each = [0, 4, 5, 6],
        s_import = [0, 4, 5, 6];

    /// <summary>Runs Track Event once a line, file after file; each file again under the same name of the invocation until every line succeeded.</summary>
    public static async Task EachAsync(Road road, Role role, string folder, (string, string)[] environment, bool isBatch, CancellationToken end)
    {
        for (var round = 0; !end.IsCancellationRequested; round++)
        {
            var items = Enumerable
                .Range(0, isBatch ? 1500 : 300)
                .Select(i => $"{road.Name}.{i * 7919 % 29}")
                .Select(person => (Person: person, Number: road.Next(person)))
                .ToArray();
            var file = Path.Combine(folder, $"{road.Name}.jsonl");
            await File.WriteAllLinesAsync(
                file,
                items.Select(i => $$$"""{"id":"{{{i.Person}}}","eventName":"Soaked","eventData":{"seq":{{{i.Number}}}}}"""),
                CancellationToken.None
            );
            string[] args = ["run", "track", "--each", file, "--invocation-id", $"{road.Name} {round}", "--json", .. isBatch ? (string[])["--batch"] : []];
            for (var exit = -1; exit != 0; )
            {
                (exit, var lines, _) = await Runs.OnceAsync(role, args, environment, s_each);
                foreach (var line in lines.Where(l => l.StartsWith('{') && l.EndsWith('}')).Select(JObject.Parse))
                {
                    if ((string?)line["status"] == "succeeded")
                    {
                        var (person, number) = items[(int)line["line"]! - 1];
                        road.Tell(person, number, Told.Taken);
                    }
                }
            }

            Array.ForEach(items, i => road.Tell(i.Person, i.Number, Told.Taken));
            await Traffic.Wait(TimeSpan.FromSeconds(5), end);
        }
    }

    /// <summary>Imports table after table of events; each job is resumed until it has finished.</summary>
    public static async Task ImportEventsAsync(Road road, Role role, string folder, string data, (string, string)[] environment, CancellationToken end)
    {
        for (var round = 0; !end.IsCancellationRequested; round++)
        {
            var items = Enumerable
                .Range(0, 4000)
                .Select(i => $"{road.Name}.{i * 7919 % 37}")
                .Select(person => (Person: person, Number: road.Next(person)))
                .ToArray();
            var file = Path.Combine(folder, $"{road.Name}.csv");
            await File.WriteAllLinesAsync(file, [.. items.Select(i => $"{i.Person},Soaked,{i.Number}").Prepend("id,event,seq")], CancellationToken.None);
            await ImportAsync(road, role, ["import", "events", "--from", file, "--job", $"{road.Name}-{round}", "--data", data], environment);
            Array.ForEach(items, i => road.Tell(i.Person, i.Number, Told.Taken));
            await Traffic.Wait(TimeSpan.FromSeconds(6), end);
        }
    }

    /// <summary>Imports table after table of people, several rows each, of whom the last must win.</summary>
    public static async Task ImportPeopleAsync(
        Road road,
        Role role,
        string folder,
        string data,
        (string, string)[] environment,
        SandboxServer sandbox,
        CancellationToken end
    )
    {
        for (var round = 0; !end.IsCancellationRequested; round++)
        {
            var rows = Enumerable.Range(0, 3000).Select(i => (Person: $"{road.Name}.{i * 7919 % 31}", Value: $"{round} {i}")).ToArray();
            var file = Path.Combine(folder, $"{road.Name}.csv");
            await File.WriteAllLinesAsync(file, [.. rows.Select(r => $"{r.Person},{r.Value}").Prepend("id,n")], CancellationToken.None);
            var last = rows.GroupBy(r => r.Person).Select(g => (Person: g.Key, g.Last().Value, Number: road.Next(g.Key))).ToArray();
            await ImportAsync(road, role, ["import", "people", "--from", file, "--job", $"{road.Name}-{round}", "--data", data], environment);
            foreach (var (person, value, number) in last)
            {
                road.Tell(person, number, Told.Taken);
                if ((string?)sandbox.Person(person)?["attributes"]?["n"] is var is_ && is_ == value)
                {
                    road.Arrive(person, number, false);
                }
                else
                {
                    road.Break($"{person} has {is_ ?? "nothing"} in place of {value}");
                }
            }

            await Traffic.Wait(TimeSpan.FromSeconds(6), end);
        }
    }

    private static async Task ImportAsync(Road road, Role role, string[] args, (string, string)[] environment)
    {
        var resume = false;
        while (true)
        {
            var (exit, lines, error) = await Runs.OnceAsync(role, [.. args, "--json", .. resume ? (string[])["--resume"] : []], environment, [.. s_import, 2]);
            if (exit == 0 || (resume && exit == 2 && error.Contains("has finished", StringComparison.Ordinal)))
            {
                return;
            }

            // A kill may have come before there was a job.
            resume = !error.Contains("There is no job", StringComparison.Ordinal);
            if (exit == 2 && resume)
            {
                road.Break($"{string.Join(' ', args)} ended with 2: {error}");
                return;
            }
        }
    }
}

/// <summary>A flow's steps through the runner, as the nodes of Node-RED make them.</summary>
internal sealed class Flow : IAsyncDisposable
{
    private readonly Dictionary<int, TaskCompletionSource<string?>> _calls = [];
    private readonly Lock _lock = new();
    private readonly Process _process;
    private readonly Task _reading;
    private readonly JObject _connection;
    private int _made;

    public Flow(Role runner, string url, string folder)
    {
        _connection = new JObject
        {
            ["siteId"] = "soak-site",
            ["apiKey"] = "soak-track-key",
            ["appApiKey"] = "soak-app-key",
            ["baseUrl"] = url,
        };
        var start = new ProcessStartInfo(
            "node",
            [Path.Combine(AppContext.BaseDirectory, "flow.js"), Path.Combine(Repository.Root, "src", "Connector.Hosts.NodeRed")]
        )
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["CUSTOMERIO_RUNNER"] = Path.Combine(Tool.Output("Connector.Hosts.Mcp"), "customerio-mcp.dll");
        start.Environment["CUSTOMERIO_CONNECTOR_HOME"] = folder;
        _process = Process.Start(start)!;
        _reading = Task.WhenAll(
            Runs.EachLineAsync(_process.StandardError, runner.Hear),
            Runs.EachLineAsync(_process.StandardOutput, line => Hear(runner, JObject.Parse(line)))
        );
    }

    /// <summary>Makes steps one after the other: an event, and now and then a message, which must not be sent twice.</summary>
    public async Task RunAsync(Road events, Road messages, int client, CancellationToken end)
    {
        var random = new Random(client);
        while (!end.IsCancellationRequested)
        {
            var isEvent = random.Next(4) > 0;
            var road = isEvent ? events : messages;
            var person = $"{road.Name}.{client}-{random.Next(3)}";
            var number = road.Next(person);
            var kind = await CallAsync(isEvent ? Event(person, number) : Message(person, number), isEvent);

            // Of an event that failed nobody says that it did not arrive.
            var told = kind switch
            {
                null => Told.Taken,
                "uncertain" => Told.Uncertain,
                "unavailable" or "cancelled" or "rateLimited" => isEvent ? Told.Uncertain : Told.Refused,
                _ => Told.Refused,
            };
            if (kind is not (null or "uncertain" or "unavailable" or "cancelled" or "rateLimited"))
            {
                road.Break($"{person} {number} failed as {kind}");
            }

            road.Tell(person, number, told);
            await Traffic.Wait(TimeSpan.FromMilliseconds(random.Next(200, 500)), end);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        await _reading;
        _process.Dispose();
    }

    private static JObject Event(string person, int number) =>
        new()
        {
            ["tool"] = "track",
            ["input"] = new JObject
            {
                ["id"] = person,
                ["eventName"] = "Soaked",
                ["eventData"] = new JObject { ["seq"] = number },
            },
        };

    private static JObject Message(string person, int number) =>
        new()
        {
            ["tool"] = "send-email",
            ["input"] = new JObject
            {
                ["id"] = person,
                ["to"] = "ada@example.com",
                ["from"] = "soak@example.com",
                ["subject"] = "Soaked",
                ["body"] = "Soaked",
                ["messageData"] = new JObject { ["seq"] = number },
            },
        };

    private async Task<string?> CallAsync(JObject call, bool resend)
    {
        var end = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            call["n"] = ++_made;
            call["resend"] = resend;
            call["meta"] = new JObject { ["customerio/connection"] = _connection, ["customerio/invocationId"] = Guid.NewGuid().ToString() };
            _calls[_made] = end;
            _process.StandardInput.Write(call.ToString(Newtonsoft.Json.Formatting.None) + "\n");
            _process.StandardInput.Flush();
        }

        return await end.Task;
    }

    private void Hear(Role runner, JObject line)
    {
        if (line.ContainsKey("runner"))
        {
            runner.Runs((int?)line["runner"]);
            return;
        }

        lock (_lock)
        {
            if (_calls.Remove((int)line["n"]!, out var call))
            {
                if (line["message"] is { } message && (string?)line["kind"] is not null)
                {
                    runner.Hear($"{line["kind"]}: {message}");
                }

                call.SetResult((string?)line["kind"]);
            }
        }
    }
}
