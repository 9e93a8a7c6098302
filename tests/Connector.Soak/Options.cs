using System.Globalization;

namespace CustomerIo.Connector.Soak;

/// <summary>What a run is asked for.</summary>
/// <param name="Minutes">How long there is traffic and faults.</param>
/// <param name="Seed">Which faults; the same ones for the same number.</param>
/// <param name="Faults">Their kinds.</param>
internal sealed record Options(double Minutes, int Seed, IReadOnlySet<string> Faults)
{
    public const string Usage = """
        usage: dotnet run -c Release --project tests/Connector.Soak -- [--minutes N] [--seed N] [--faults kind,kind | none]

        Runs every road of the tool against a sandbox for N minutes (30), kills its processes, lets Customer.io fail and the disk fill up,
        and prints each minute what was lost, doubled or reordered, and the memory and handles of each process.
        --seed  chooses the faults; a run with the same seed has the same ones. Default 1.
        --faults  kill (SIGKILL), term (SIGTERM), 5xx, 429, reset, lost (answers), slow, outage, disk. Default all.

        exit code 0: all invariants held; 4: one did not; 2: an option is wrong.
        """;

    public static readonly string[] Kinds = ["kill", "term", "5xx", "429", "reset", "lost", "slow", "outage", "disk"];

    /// <exception cref="FormatException">An option is wrong; says which and what to do.</exception>
    public static Options Parse(string[] args)
    {
        var options = new Options(30, 1, Kinds.ToHashSet());
        for (var i = 0; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : throw new FormatException($"{args[i]} needs a value.");
            options = args[i] switch
            {
                "--minutes" when double.TryParse(value, CultureInfo.InvariantCulture, out var minutes) && minutes is >= 0.5 and <= 10_000 => options with
                {
                    Minutes = minutes,
                },
                "--minutes" => throw new FormatException("--minutes must be 0.5 to 10000."),
                "--seed" when int.TryParse(value, CultureInfo.InvariantCulture, out var seed) => options with { Seed = seed },
                "--seed" => throw new FormatException("--seed must be a whole number."),
                "--faults" => options with { Faults = value == "none" ? new HashSet<string>() : value.Split(',').ToHashSet() },
                _ => throw new FormatException($"There is no option {args[i]}."),
            };
        }

        return options.Faults.FirstOrDefault(f => !Kinds.Contains(f)) is { } unknown
            ? throw new FormatException($"There is no fault {unknown}; there are {string.Join(", ", Kinds)}.")
            : options;
    }
}
