namespace CustomerIo.Connector.Sandbox;

/// <summary>The vendor's waits between tries; what is not published of them is made up, and doubles each time.</summary>
internal static class Backoff
{
    private static readonly TimeSpan s_usual = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_long = TimeSpan.FromHours(1);
    private static readonly HashSet<int> s_longStatuses = [400, 401, 402, 403, 404, 405, 410, 429, 500, 502, 521];

    /// <summary>For so long after the first try a report is tried again.</summary>
    public static readonly TimeSpan Most = TimeSpan.FromDays(7);

    /// <summary>The first wait after a status; null stands for a connection that failed.</summary>
    public static TimeSpan First(int? status) => status is null || s_longStatuses.Contains(status.Value) ? s_long : s_usual;

    /// <summary>The first wait after an answer that took too long.</summary>
    public static TimeSpan FirstAfterTimeout => s_usual;

    /// <summary>The wait after so many tries.</summary>
    public static TimeSpan Wait(TimeSpan first, int tries) => first * Math.Pow(2, Math.Min(tries - 1, 20));
}
