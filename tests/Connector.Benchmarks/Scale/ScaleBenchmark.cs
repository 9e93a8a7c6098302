using System.Diagnostics;
using System.Globalization;

namespace CustomerIo.Connector.Benchmarks.Scale;

/// <summary>How the shared queue grows with workspaces, machines and databases: a simulation, whose tables stand in docs/scale.md.</summary>
internal static class ScaleBenchmark
{
    /// <summary>Runs all scenarios and prints the tables.</summary>
    public static void Run()
    {
        var clock = Stopwatch.StartNew();
        foreach (var (name, table) in ScaleReport.Make())
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}, {clock.Elapsed.TotalSeconds:0.0} s\n{table}"));
        }
    }
}
