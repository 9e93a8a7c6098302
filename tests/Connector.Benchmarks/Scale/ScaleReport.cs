using System.Globalization;
using System.Text;

namespace CustomerIo.Connector.Benchmarks.Scale;

/// <summary>The scenarios, and the tables of docs/scale.md that they make.</summary>
internal static class ScaleReport
{
    private const double Peak = 20,
        Warm = 3,
        Span = 5;

    // The largest of a hundred workspaces of a thousand million events a day.
    private const double Largest = 193e6;

    private static readonly Parameters s_usual = new();

    /// <summary>The machine on which all was measured: two processors for everything.</summary>
    public static Parameters Here { get; } =
        new()
        {
            Processors = (2, 2),
            IsOneMachine = true,
            Journey = 0.0001,
            AnswerTail = 0,
            ReceiverCost = 30e-6,
            SenderCost = (25e-6, 1.3e-6),
        };

    private static readonly Size s_whole = new(100, 50, 10, 1e9);

    private static readonly (string Name, Size Size, Parameters Parameters)[] s_scenarios =
    [
        ("1 / 1 / 1", new(1, 1, 1, 10e6), s_usual),
        ("10 / 5 / 1", new(10, 5, 1, 100e6), s_usual),
        ("100 / 50 / 1", s_whole with { Databases = 1 }, s_usual),
        ("100 / 50 / 4", s_whole with { Databases = 4 }, s_usual),
        ("100 / 50 / 4, `Maximum Pool Size=4`", s_whole with { Databases = 4 }, s_usual with { PoolSize = 4 }),
        ("100 / 50 / 4, `CUSTOMERIO_RATE_LIMIT=0`", s_whole with { Databases = 4 }, s_usual with { IsRateShared = false }),
        ("100 / 50 / 10", s_whole, s_usual),
        ("100 / 50 / 10, one event a request", s_whole, s_usual with { RequestEvents = 1 }),
        ("100 / 50 / 10, answers after 200 ms", s_whole, Answering(s_usual, 0.2)),
        ("100 / 50 / 10, each workspace on all machines", s_whole, s_usual with { Replicas = 50 }),
    ];

    private static readonly (string Name, Action<ScaleModel> Fail)[] s_failures =
    [
        ("none", _ => { }),
        ("a machine that delivers is killed", model => model.EndMachine(Deliverer(model), silently: false)),
        ("it loses its power", model => model.EndMachine(Deliverer(model), silently: true)),
        ("the database is away for 5 s", model => model.Restart(0, 5)),
        ("Customer.io answers 429 for a minute", model => model.Throttle(60)),
    ];

    // Found on such a machine with `intake` and `scale check`.
    private static readonly (int Events, double Measured)[] s_intake = [(1, 23_400), (20, 49_500), (100, 64_100)];

    private static readonly (double Answer, double Measured)[] s_delivery = [(0.05, 6_320), (0.1, 4_000), (0.2, 2_280), (0.4, 1_190)];

    /// <summary>Runs all and writes the tables, each with the name of its place in docs/scale.md.</summary>
    public static IEnumerable<(string Name, string Table)> Make()
    {
        foreach (
            var (name, write) in (IReadOnlyList<(string, Action<StringBuilder>)>)
                [("reality", Reality), ("growth", Growth), ("deliverers", Deliverers), ("writes", Writes), ("failures", Failures), ("day", Day)]
        )
        {
            var text = new StringBuilder();
            write(text);
            yield return (name, text.ToString());
        }
    }

    /// <summary>How many events a second one process can deliver when enough of them wait.</summary>
    public static Measured Delivering(Parameters parameters)
    {
        var model = new ScaleModel(new(1, 1, 1, 0), parameters with { Queue = 100_000_000 }, Peak);
        model.Fill(50_000_000);
        return Run(model, Warm, Span);
    }

    /// <summary>Lets a model get into its stride and measures it.</summary>
    public static Measured Run(ScaleModel model, double warm, double measured)
    {
        model.Run(warm);
        model.Mark();
        model.Run(measured);
        return model.Measure();
    }

    private static void Reality(StringBuilder text)
    {
        Header(text, "On one machine with two processors", "Measured", "Simulated");
        foreach (var (events, measured) in s_intake)
        {
            var model = new ScaleModel(new(1, 1, 1, 0), Here with { Senders = 64, RequestEvents = events, Queue = 100_000_000 }, Peak);
            model.Throttle(double.MaxValue);
            var at = Run(model, 1, 4);
            Row(text, $"acknowledged, {events} in a request", string.Create(CultureInfo.InvariantCulture, $"{measured:N0}/s"), $"{Round(at.Taken)}/s");
        }

        foreach (var (answer, measured) in s_delivery)
        {
            Row(
                text,
                $"delivered, answers after {answer * 1000:0} ms",
                string.Create(CultureInfo.InvariantCulture, $"{measured:N0}/s"),
                $"{Round(Delivering(Here with { AnswerTime = answer }).Delivered)}/s"
            );
        }

        double[] takeovers = [.. Enumerable.Range(1, 20).Select(n => Takeover((ulong)n)).Order()];
        Row(text, "nobody delivers after a kill", "1.0 to 1.4 s", string.Create(CultureInfo.InvariantCulture, $"{takeovers[0]:0.0} to {takeovers[^1]:0.0} s"));
    }

    private static double Takeover(ulong seed)
    {
        var model = new ScaleModel(new(1, 3, 1, 100e6), s_usual, Peak, seed);
        model.Run(3 + (seed / 100.0));
        var (at, before) = (model.Simulation.Now, model.Workspaces[0].Requests);
        model.EndMachine(Deliverer(model), silently: false);
        while (model.Workspaces[0].Requests == before)
        {
            model.Run(0.01);
        }

        return model.Simulation.Now - at;
    }

    private static void Growth(StringBuilder text)
    {
        var most = new Dictionary<(double, double, int), double>();
        Header(
            text,
            "Workspaces / machines / databases",
            "Events a day",
            "Acknowledged",
            "Machine",
            "Database",
            "Journal",
            "Connections",
            "Track",
            "Deliverer",
            "First"
        );
        var waits = new List<string[]>();
        foreach (var (name, size, parameters) in s_scenarios)
        {
            var at = Run(new ScaleModel(size, parameters, Peak), Warm, Span);
            var key = (parameters.AnswerTime, parameters.AnswerTail, parameters.PoolSize);
            var capacity = most.TryGetValue(key, out var known) ? known : most[key] = Delivering(parameters).Delivered;
            (string Name, double Used)[] used =
            [
                ("a machine's processors", at.MachineCpu),
                ("a database's processors", at.DatabaseCpu),
                ("its disk", at.JournalRate / parameters.DiskRate),
                ("connections", (double)at.Connections / parameters.MaxConnections),
                ("Customer.io's rate", at.Requests / parameters.TrackRate),
                ("the deliverer", Math.Min(1, at.Largest / capacity)),
            ];
            var first = used.MaxBy(u => u.Used);
            Row(
                text,
                name,
                Millions(size.EventsPerDay),
                $"{Round(at.Taken)}/s",
                Part(used[0].Used),
                Part(used[1].Used),
                Part(used[2].Used),
                string.Create(CultureInfo.InvariantCulture, $"{at.Connections:N0} of {parameters.MaxConnections}"),
                Part(used[4].Used),
                Part(used[5].Used),
                first.Used >= 0.95 ? $"**{first.Name}**" : first.Name
            );
            waits.Add([name, $"{at.Latency * 1000:0} ms", Round(at.Deepest), Seconds(at.MostAge)]);
        }

        Header(text, "Workspaces / machines / databases", "99 of 100 requests answered within", "Most events waiting", "Oldest");
        waits.ForEach(w => Row(text, w));
    }

    private static void Writes(StringBuilder text)
    {
        Header(text, "Events a day, in one database", "Events in a request", "Turns of the rate", "Acknowledged", "Database", "Journal", "99 of 100 within");
        foreach (
            var (events, size, isShared) in (ReadOnlySpan<(double, int, bool)>)
                [(1e9, 20, true), (2e9, 20, true), (2e9, 20, false), (2e9, 1, false), (5e9, 20, false), (10e9, 20, false)]
        )
        {
            var parameters = s_usual with { GroupSize = 8000, RequestEvents = size, IsRateShared = isShared };
            var at = Run(new ScaleModel(s_whole with { Databases = 1, EventsPerDay = events }, parameters, Peak), 2, 4);
            Row(
                text,
                Millions(events),
                $"{size}",
                isShared ? "yes" : "no",
                $"{Round(at.Taken)}/s",
                Part(at.DatabaseCpu),
                Part(at.JournalRate / parameters.DiskRate),
                $"{at.Latency * 1000:0} ms"
            );
        }
    }

    private static void Deliverers(StringBuilder text)
    {
        Header(text, "Answers after", "Setting", "Delivered", "Requests", "Events a day with that peak");
        (double Answer, string Name, Parameters Parameters)[] all =
        [
            (0.05, "", s_usual),
            (0.1, "", s_usual),
            (0.2, "", s_usual),
            (0.4, "", s_usual),
            (0.1, "`--concurrency 4`", s_usual with { Concurrency = 4 }),
            (0.1, "`--concurrency 64`", s_usual with { Concurrency = 64 }),
            (0.1, "plan: 2,000 events a group", s_usual with { GroupSize = 2000 }),
        ];
        foreach (var (answer, name, parameters) in all)
        {
            var at = Delivering(Answering(parameters, answer));
            Row(
                text,
                $"{answer * 1000:0} ms",
                name,
                $"{Round(at.Delivered)}/s",
                $"{Round(at.Requests)}/s",
                Millions(at.Delivered / parameters.Curve(Peak) * 86400)
            );
        }
    }

    private static void Failures(StringBuilder text)
    {
        Header(text, "What happens", "Most events waiting", "Oldest", "Requests that came again", "Events sent again", "Late for");
        const double Most = 900;
        (string Name, Size Size)[] sizes = [("10 / 5 / 1, 100 million", new(10, 5, 1, 100e6)), ("1 / 3 / 1, 193 million", new(1, 3, 1, Largest))];
        foreach (var (name, size) in sizes)
        {
            Row(text, $"**{name}**", "", "", "", "", "");
            foreach (var (what, fail) in s_failures)
            {
                var model = new ScaleModel(size, s_usual, Peak);
                model.Run(Warm);
                model.Mark();
                var at = model.Simulation.Now;
                fail(model);
                model.Run(10);
                while (model.Simulation.Now - model.LastLate < 5 && model.Simulation.Now - at < Most)
                {
                    model.Run(1);
                }

                var measured = model.Measure();
                var late = model.LastLate - at;
                Row(
                    text,
                    what,
                    Round(measured.Deepest),
                    Seconds(measured.MostAge),
                    Round(model.CameAgain),
                    Round(model.Workspaces.Sum(w => w.SentAgain)),
                    late > Most - 5 ? $"over {Seconds(Most)}" : Seconds(late)
                );
            }
        }
    }

    private static void Day(StringBuilder text)
    {
        const double Sampled = 10;
        Header(text, "Answers after", "Most events waiting", "at", "Oldest", "at", "Hours with events older than a minute");
        foreach (var answer in (double[])[0.1, 0.2, 0.25])
        {
            // Two days, the second of which counts: it begins with what the first has left.
            var model = new ScaleModel(new(1, 3, 1, Largest), Answering(s_usual, answer) with { Queue = 1_000_000_000 }, 0);
            var ((deepest, deepAt), (oldest, oldAt), late) = ((0L, 0), (0.0, 0), 0);
            for (var hour = 0; hour < 48; hour++)
            {
                var at = Run(model, 0, Sampled);
                if (hour >= 24)
                {
                    (deepest, deepAt) = at.Deepest > deepest ? (at.Deepest, hour % 24) : (deepest, deepAt);
                    (oldest, oldAt) = at.MostAge > oldest ? (at.MostAge, hour % 24) : (oldest, oldAt);
                    late += at.MostAge > 60 ? 1 : 0;
                }

                model.Skip(3600 - Sampled);
            }

            Row(text, $"{answer * 1000:0} ms", Round(deepest), $"{deepAt}:00", Seconds(oldest), $"{oldAt}:00", $"{late}");
        }
    }

    /// <summary>The machine that delivers the events of the largest workspace.</summary>
    public static int Deliverer(ScaleModel model) => model.Machines.ToList().IndexOf(model.Workspaces[0].Session!.Process.Machine);

    private static Parameters Answering(Parameters parameters, double seconds) => parameters with { AnswerTime = seconds * 0.8, AnswerTail = seconds * 0.2 };

    private static void Header(StringBuilder text, params string[] names)
    {
        text.Append('\n');
        Row(text, names);
        Row(text, [.. names.Select(_ => "---")]);
    }

    private static void Row(StringBuilder text, params string[] cells) => text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");

    // Two figures that count, so that nobody takes the model for more exact than it is.
    private static string Round(double number)
    {
        var unit = number < 100 ? 1 : Math.Pow(10, Math.Floor(Math.Log10(number)) - 1);
        return (Math.Round(number / unit) * unit).ToString("N0", CultureInfo.InvariantCulture);
    }

    private static string Millions(double number) => $"{Round(number / 1e6)} million";

    private static string Part(double part) => part < 0.005 ? "< 1 %" : (part * 100).ToString(part < 0.995 ? "0" : "N0", CultureInfo.InvariantCulture) + " %";

    private static string Seconds(double seconds) =>
        seconds switch
        {
            < 10 => seconds.ToString("0.0", CultureInfo.InvariantCulture) + " s",
            < 120 => seconds.ToString("0", CultureInfo.InvariantCulture) + " s",
            < 7200 => (seconds / 60).ToString("0", CultureInfo.InvariantCulture) + " min",
            _ => (seconds / 3600).ToString("0.0", CultureInfo.InvariantCulture) + " h",
        };
}
