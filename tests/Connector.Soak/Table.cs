using System.Globalization;

namespace CustomerIo.Connector.Soak;

/// <summary>Prints the accounts.</summary>
internal static class Table
{
    public static void Print(string title, IReadOnlyList<Count> roads, IReadOnlyList<Role> roles)
    {
        Console.WriteLine();
        Console.WriteLine(title);
        Console.WriteLine("road                sent   taken arrived waiting oldest repeats uncertain   lost doubled reordered denied other");
        foreach (var r in roads)
        {
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{r.Name, -15}{r.Sent, 9}{r.Taken, 8}{r.Arrived, 8}{r.Waiting, 8}{r.Oldest, 5:0} s{r.Repeats, 8}{r.Uncertain, 10}"
                        + $"{r.Lost, 7}{r.Doubled, 8}{r.Reordered, 10}{r.Denied, 7}{r.Other, 6}"
                )
            );
        }

        Console.WriteLine("process         starts  SIGKILL SIGTERM  slowest end    RSS MB  most  handles  most  broken  exit codes");
        foreach (var r in roles)
        {
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{r.Name, -15}{r.Starts, 7}{r.Killed, 9}{r.Terminated, 8}{r.SlowestEnd, 11:0.0} s{r.Megabytes, 10:0}{r.MostMegabytes, 6:0}"
                        + $"{r.Handles, 9}{r.MostHandles, 6}{r.Broken, 8}  {r.Ends}"
                )
            );
        }
    }
}
