using System.Diagnostics;
using System.Globalization;
using CustomerIo.Connector.Sandbox;
using CustomerIo.Connector.Soak;

// Every road of the tool for a long time, against a Customer.io that fails, with processes that are killed and a disk that fills up.
Options options;
try
{
    options = Options.Parse(args);
}
catch (FormatException e)
{
    Console.Error.WriteLine(e.Message);
    Console.Error.WriteLine(Options.Usage);
    return 2;
}

if (!OperatingSystem.IsLinux())
{
    Console.Error.WriteLine("Memory and handles are read from /proc, which only Linux has.");
    return 2;
}

try
{
    return await Soak.RunAsync(options) ? 0 : 4;
}
catch (System.ComponentModel.Win32Exception e)
{
    Console.Error.WriteLine($"A program that this needs cannot be started (dotnet, node, kill): {e.Message}");
    return 2;
}

/// <summary>A run.</summary>
internal static class Soak
{
    private const double MostMegabytes = 400,
        MostGrowthMegabytes = 60;

    private const int MostHandles = 600,
        MostGrowthHandles = 60;

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(4);

    // Never ended, so that what leaks shows.
    private const string Steady = "steady hub";

    /// <returns>Whether all invariants held.</returns>
    public static async Task<bool> RunAsync(Options options)
    {
        string[] killed = ["hub", "serve", "webhooks", "runner", "sync", "run --each", "run --batch", "import events", "import people"];
        var plan = Plan.Make(options, killed);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{options.Minutes} min, seed {options.Seed}, {plan.Count} faults:"));
        foreach (var kind in plan.GroupBy(f => f.Kind))
        {
            Console.WriteLine($"  {kind.Count(), 4} {kind.Key}, the first:{kind.First()}");
        }

        var clock = new Stopwatch();
        var folder = Directory.CreateTempSubdirectory("connector-soak-").FullName;
        using var disk = options.Faults.Contains("disk") ? Mount() : null;
        var data = disk?.Folder ?? Directory.CreateDirectory(Path.Combine(folder, "data")).FullName;
        long fullUntil = 0;
        bool IsFull() => Stopwatch.GetTimestamp() < Interlocked.Read(ref fullUntil);

        var roads = new[]
        {
            new Road("hub-events", true),
            new Road("serve-events", true),
            new Road("hub-actions", true),
            new Road("steady-events", true),
            new Road("steady-actions", true),
            new Road("webhooks", true),
            new Road("flow-events", true),
            new Road("flow-messages", false),
            new Road("each", false),
            new Road("batch", true),
            new Road("import-events", true),
            new Road("import-people", true),
        }.ToDictionary(r => r.Name);
        var roles = killed.Prepend(Steady).Select(name => new Role(name, folder, IsFull)).ToDictionary(r => r.Name);
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        await using var faulty = await FaultyCustomerIo.StartAsync(plan, roads, sandbox, clock, options.Seed);

        // A sandbox keeps its 10,000 newest activities, and Customer.io those of a month: a sync that reads them gets a workspace of its own.
        await using var quiet = await SandboxServer.StartAsync(new SandboxOptions());
        await using var faultyToo = await FaultyCustomerIo.StartAsync(plan, roads, quiet, clock, options.Seed + 1);
        var environment = Environment(faulty);
        (string, string)[] Environment(FaultyCustomerIo called) =>
            [
                ("CUSTOMERIO_BASE_URL", called.Url),
                ("CUSTOMERIO_SITE_ID", "soak-site"),
                ("CUSTOMERIO_API_KEY", "soak-track-key"),
                ("CUSTOMERIO_APP_API_KEY", "soak-app-key"),
                ("CUSTOMERIO_WRITE_KEY", Traffic.WriteKey),
                ("CUSTOMERIO_WEBHOOK_SIGNING_KEY", Traffic.SigningKey),
                ("TMPDIR", folder),
            ];
        string Data(string name) => Directory.CreateDirectory(Path.Combine(data, name)).FullName;

        using var sync = new SyncRoad(folder, quiet);
        var printed = new Printed(roads["webhooks"]);
        var hub = new Server(roles["hub"], ["hub", "--parts", "actions,events", "--port", "0", "--data", Data("hub")], environment);
        var steady = new Server(roles[Steady], ["hub", "--parts", "actions,events", "--port", "0", "--data", Data("steady")], environment);
        var serve = new Server(roles["serve"], ["serve", "--port", "0", "--data", Data("serve")], environment);
        var webhooks = new Server(roles["webhooks"], ["webhooks", "serve", "--port", "0", "--data", Data("webhooks")], environment, printed.Hear);
        var syncs = new Server(roles["sync"], ["sync", "serve", sync.Folder, "--port", "0", "--data", Data("sync")], Environment(faultyToo));
        Server[] servers = [hub, steady, serve, webhooks, syncs];
        using var end = new CancellationTokenSource();
        using var over = new CancellationTokenSource();
        using var none = new Remaining(roles.Values);
        clock.Start();
        Array.ForEach(servers, s => s.Start());
        await using (var flow = new Flow(roles["runner"], faulty.Url, Data("flow")))
        {
            Task[] traffic =
            [
                .. Enumerable.Range(0, 4).Select(i => Traffic.EventsAsync(roads["hub-events"], hub, i, 8, end.Token)),
                .. Enumerable.Range(0, 4).Select(i => Traffic.EventsAsync(roads["steady-events"], steady, i, 8, end.Token)),
                .. Enumerable.Range(0, 4).Select(i => Traffic.EventsAsync(roads["serve-events"], serve, i, 8, end.Token)),
                .. Enumerable.Range(0, 4).Select(i => Traffic.ActionsAsync(roads["steady-actions"], steady, i, 4, end.Token)),
                .. Enumerable.Range(0, 4).Select(i => Traffic.ActionsAsync(roads["hub-actions"], hub, i, 4, end.Token)),
                .. Enumerable.Range(0, 4).Select(i => Traffic.DeliveriesAsync(roads["webhooks"], webhooks, i, 5, end.Token)),
                .. Enumerable.Range(0, 6).Select(i => flow.RunAsync(roads["flow-events"], roads["flow-messages"], i, end.Token)),
                Jobs.EachAsync(roads["each"], roles["run --each"], folder, environment, false, end.Token),
                Jobs.EachAsync(roads["batch"], roles["run --batch"], folder, environment, true, end.Token),
                Jobs.ImportEventsAsync(roads["import-events"], roles["import events"], folder, Data("import"), environment, end.Token),
                Jobs.ImportPeopleAsync(roads["import-people"], roles["import people"], folder, Data("import"), environment, sandbox, end.Token),
                sync.RunAsync(end.Token),
            ];
            var looking = LookAsync(roles.Values, over.Token);
            var faults = PlayAsync();
            var minute = TimeSpan.FromMinutes(1);
            for (var next = minute; clock.Elapsed < TimeSpan.FromMinutes(options.Minutes); )
            {
                await Task.Delay(100);
                if (clock.Elapsed >= next)
                {
                    Print($"minute {next.TotalMinutes:0}");
                    next += minute;
                }

                if (traffic.FirstOrDefault(t => t.IsFaulted) is { } failed)
                {
                    await failed;
                }
            }

            await faults;
            await end.CancelAsync();
            Console.WriteLine();
            Console.WriteLine("No more faults and nothing new: what is on its way has until all has arrived.");
            var settling = Stopwatch.StartNew();
            await Task.WhenAll(traffic).WaitAsync(s_patience);
            await Task.Delay(TimeSpan.FromSeconds(12));
            while (settling.Elapsed < s_patience && (roads.Values.Any(r => r.Now(false).Waiting > 0) || sync.Now(false, []).Waiting > 0))
            {
                await Task.Delay(1000);
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"That took {settling.Elapsed.TotalSeconds:0} s."));
            await over.CancelAsync();
            await looking;
        }

        await Task.WhenAll(servers.Select(s => s.DisposeAsync().AsTask()));
        var held = Conclude();
        foreach (var role in roles.Values)
        {
            role.Dispose();
        }

        if (held)
        {
            Directory.Delete(folder, recursive: true);
        }
        else
        {
            Console.WriteLine($"What the processes said is in {folder}.");
        }

        return held;

        void Print(string title) =>
            Table.Print(
                string.Create(CultureInfo.InvariantCulture, $"{title}: {faulty.Requests + faultyToo.Requests} requests to Customer.io, failed: {Met()}"),
                [.. roads.Values.Select(r => r.Now(false)), sync.Now(false, [])],
                [.. roles.Values]
            );

        string Met() =>
            string.Join(", ", faulty.Met.Concat(faultyToo.Met).GroupBy(m => m.Key, m => m.Value).OrderBy(m => m.Key).Select(m => $"{m.Key} {m.Sum()}"));

        async Task PlayAsync()
        {
            foreach (var fault in plan.Where(f => f.Kind is "kill" or "term" or "disk"))
            {
                if (fault.At - clock.Elapsed is { Ticks: > 0 } wait)
                {
                    await Task.Delay(wait);
                }

                if (fault.Kind == "disk")
                {
                    if (disk is not null && !IsFull())
                    {
                        _ = FillAsync(disk, fault.For);
                    }
                }
                else
                {
                    roles[fault.Target].End(fault.Kind == "kill" ? "KILL" : "TERM", fault.For);
                }
            }
        }

        async Task FillAsync(SmallDisk full, TimeSpan time)
        {
            // Whoever met it may take a moment to say so.
            Interlocked.Exchange(ref fullUntil, Stopwatch.GetTimestamp() + (long)((time.TotalSeconds + 3) * Stopwatch.Frequency));
            full.Fill();
            await Task.Delay(time);
            full.Free();
        }

        bool Conclude()
        {
            var lost = new List<string>();
            var counts = roads.Values.Select(r => r.Now(true)).Append(sync.Now(true, lost)).ToArray();
            Table.Print("at the end", counts, [.. roles.Values]);
            var wrong = roads.Values.SelectMany(r => r.Examples).Concat(lost.Take(8)).Concat(roles.Values.SelectMany(r => r.Examples)).ToList();

            // The sandbox has counted, too, and knows nothing of our accounts.
            foreach (
                var (person, arrived) in roads.Values.Where(r => r.Name is not ("webhooks" or "flow-messages" or "import-people")).SelectMany(r => r.Arrived())
            )
            {
                if ((long?)sandbox.Person(person)?["eventCount"] is var counted && (counted ?? 0) != arrived)
                {
                    wrong.Add($"{person}: {arrived} events arrived, and the sandbox counted {counted ?? 0}");
                }
            }

            foreach (var role in roles.Values)
            {
                if (role.MostMegabytes > MostMegabytes || role.MostHandles > MostHandles)
                {
                    wrong.Add(string.Create(CultureInfo.InvariantCulture, $"{role.Name} had {role.MostMegabytes:0} MB and {role.MostHandles} handles"));
                }
            }

            if (roles[Steady].Growth is { } growth)
            {
                Console.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{Steady} ran for {growth.Minutes:0} min; from its third and fourth to its last two "
                            + $"it grew by {growth.Megabytes:0.0} MB and {growth.Handles} handles."
                    )
                );
                if (growth.Megabytes > MostGrowthMegabytes || growth.Handles > MostGrowthHandles)
                {
                    wrong.Add($"{Steady} grew");
                }
            }
            else
            {
                Console.WriteLine("No process ran for eight minutes, so growth was not judged.");
            }

            foreach (var role in roles.Values.Where(r => r.EndedByOthers > 0))
            {
                Console.WriteLine($"{role.Name} was asked to end {role.EndedByOthers} times by somebody else.");
            }

            wrong.ForEach(w => Console.WriteLine("BROKEN: " + w));
            var held = wrong.Count == 0 && counts.All(c => c.Holds) && roles.Values.All(r => r.Broken == 0);
            Console.WriteLine(held ? "All invariants held." : "Not all invariants held.");
            return held;
        }
    }

    /// <summary>Leaves no process behind, however the run ends.</summary>
    private sealed class Remaining(IEnumerable<Role> roles) : IDisposable
    {
        public void Dispose()
        {
            foreach (var role in roles)
            {
                role.End("KILL", TimeSpan.Zero);
            }
        }
    }

    private static async Task LookAsync(IEnumerable<Role> roles, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            foreach (var role in roles)
            {
                role.Look();
            }

            await Traffic.Wait(TimeSpan.FromSeconds(1), over);
        }
    }

    private static SmallDisk? Mount()
    {
        try
        {
            return SmallDisk.Mount(384);
        }
        catch (IgnoreException e)
        {
            Console.WriteLine($"  No disk fills up: {e.Message}");
            return null;
        }
    }
}
