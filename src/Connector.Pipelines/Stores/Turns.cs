using System.Data.Common;
using System.Security.Cryptography;
using System.Text;

namespace CustomerIo.Connector.Pipelines.Stores;

/// <summary>How many turns each machine has of a database's, and who waits for one: told by the names of their sessions.</summary>
/// <param name="machine">This machine; its processes count together.</param>
/// <param name="turn">The turn that this process takes or waits for.</param>
internal sealed class Turns(string machine, string turn)
{
    private const string Has = "customerio-turn ",
        Waits = "customerio-wait ";

    // Sessions of a machine that froze, or whose network is gone, stay for long: they do nothing any more.
    private const string Sql =
        "SELECT application_name FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'customerio-%' "
        + "AND state_change > clock_timestamp() - INTERVAL '5 s'";

    private readonly string _machine = Short(machine),
        _turn = Short(turn);

    /// <summary>How a session is called that waits for the turn.</summary>
    public string Waiting => $"{Waits}{_machine} {_turn}";

    /// <summary>How the session is called that has the turn.</summary>
    public string Having => Has + _machine;

    /// <summary>How many turns more this machine has than the one that has the fewest of those that wait for this turn; 0 where none does.</summary>
    /// <param name="connection">Any session of the database.</param>
    public (int Mine, int More) Compare(DbConnection connection)
    {
        var sessions = connection.Query(r => r.GetString(0), Sql);
        var having = sessions.Where(s => s.StartsWith(Has, StringComparison.Ordinal)).CountBy(s => s[Has.Length..]).ToDictionary();
        var mine = having.GetValueOrDefault(_machine);
        var fewest = sessions
            .Where(s => s.StartsWith(Waits, StringComparison.Ordinal) && s.EndsWith(' ' + _turn))
            .Select(s => having.GetValueOrDefault(s[Waits.Length..].Split(' ')[0]))
            .DefaultIfEmpty(mine)
            .Min();
        return (mine, Math.Max(0, mine - fewest));
    }

    private static string Short(string name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 8));
}
