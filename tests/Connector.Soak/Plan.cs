namespace CustomerIo.Connector.Soak;

/// <summary>One fault.</summary>
/// <param name="At">When it begins, since the start of the run.</param>
/// <param name="Kind">What happens.</param>
/// <param name="Target">Which process it meets; empty for those that meet requests or the disk.</param>
/// <param name="For">How long it lasts; of a killed process, how long until it starts again.</param>
/// <param name="Share">Of requests, which part it meets.</param>
/// <param name="Value">The status of a 5xx, the seconds of Retry-After, or the milliseconds of a slow answer.</param>
internal sealed record Fault(TimeSpan At, string Kind, string Target, TimeSpan For, double Share, int Value)
{
    public bool IsOn(TimeSpan now) => now >= At && now < At + For;

    public override string ToString() =>
        FormattableString.Invariant($"{At.TotalSeconds, 7:0.0} s {Kind} {Target}{(Target.Length > 0 ? " " : "")}for {For.TotalSeconds:0.0} s")
        + (Share < 1 ? FormattableString.Invariant($", {Share:0%} of the requests") : "")
        + (Value > 0 ? FormattableString.Invariant($", {Value}") : "");
}

/// <summary>All faults of a run, made of its seed alone: each kind draws for itself, so that leaving one out changes no other.</summary>
internal static class Plan
{
    private static readonly TimeSpan s_quiet = TimeSpan.FromSeconds(8);

    /// <param name="options">Says how long, with which seed, and which kinds.</param>
    /// <param name="targets">The processes that may be killed.</param>
    /// <returns>The faults in order of time.</returns>
    public static IReadOnlyList<Fault> Make(Options options, IReadOnlyList<string> targets)
    {
        var end = TimeSpan.FromMinutes(options.Minutes);
        var faults = new List<Fault>();
        foreach (var kind in Options.Kinds.Where(options.Faults.Contains))
        {
            foreach (var target in kind is "kill" or "term" ? targets : [""])
            {
                // Not string.GetHashCode, which is another one in each process.
                var random = new Random(options.Seed * 7919 + (kind + target).Sum(c => c * 31) + kind.Length);
                var (least, most) = kind switch
                {
                    "kill" => (15, 70),
                    "term" => (30, 120),
                    "outage" => (100, 240),
                    "disk" => (40, 120),
                    _ => (10, 45),
                };
                for (var at = s_quiet + Between(random, 0, most); at < end; at += Between(random, least, most))
                {
                    faults.Add(One(random, at, kind, target));
                }
            }
        }

        return [.. faults.OrderBy(f => f.At)];
    }

    private static Fault One(Random random, TimeSpan at, string kind, string target) =>
        kind switch
        {
            "kill" or "term" => new(at, kind, target, Between(random, 0, 3), 1, 0),
            "5xx" => new(at, kind, target, Between(random, 1, 8), Share(random), ((int[])[500, 502, 503, 504])[random.Next(4)]),
            "429" => new(at, kind, target, Between(random, 0.5, 4), Share(random), random.Next(1, 4)),
            "slow" => new(at, kind, target, Between(random, 1, 6), Share(random), random.Next(5) == 0 ? 12_000 : random.Next(200, 3000)),
            "outage" => new(at, kind, target, Between(random, 10, 35), 1, 0),
            "disk" => new(at, kind, target, Between(random, 2, 15), 1, 0),
            _ => new(at, kind, target, Between(random, 1, 6), Share(random), 0),
        };

    private static double Share(Random random) => random.Next(3) == 0 ? 1 : random.NextDouble();

    private static TimeSpan Between(Random random, double least, double most) => TimeSpan.FromSeconds(least + random.NextDouble() * (most - least));
}
