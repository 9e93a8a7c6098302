using System.CommandLine;
using System.Net;
using CustomerIo.Connector.Pipelines.Stores;

namespace CustomerIo.Connector.Cli.Commands;

/// <summary>Options that several commands have.</summary>
internal static class Shared
{
    public static Option<bool> Json() => new("--json") { Description = "Writes JSON to stdout and nothing else." };

    /// <summary>Where what outlives a run is kept.</summary>
    public static Option<string?> Data(string what) =>
        new("--data") { Description = $"Where {what} kept. Default: the user's local application data.", HelpName = "folder" };

    /// <summary>A database that several machines share.</summary>
    /// <param name="what">What is kept there.</param>
    public static Option<string?> PostgresOption(string what) =>
        new("--postgres") { Description = $"{what}: the connection, or env:NAME of a variable that holds it.", HelpName = "connection" };

    /// <summary>The database that was named; null for none.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: it is no PostgreSQL.</exception>
    public static Database? Postgres(string? given) =>
        given is null ? null
        : Database.Parse(given, isPostgres: true) is { IsPostgres: true } database ? database
        : throw new ConnectorException(FailureKind.Input, "--postgres must be a PostgreSQL connection, such as postgres://user@host/database.");

    /// <summary>A port, 0 for any free one, checked while parsing.</summary>
    public static Option<int> Port(int usual)
    {
        var port = new Option<int>("--port")
        {
            Description = $"Port on 127.0.0.1; 0 picks a free one. Default {usual}.",
            HelpName = "n",
            DefaultValueFactory = _ => usual,
        };
        Between(port, 0, 65535);
        return port;
    }

    /// <summary>The address to listen on, for what others may have to reach.</summary>
    public static Option<IPAddress> Host() =>
        new("--host")
        {
            Description = "IP address to listen on. Default 127.0.0.1: this machine only.",
            HelpName = "ip",
            DefaultValueFactory = _ => IPAddress.Loopback,
            CustomParser = result =>
            {
                if (IPAddress.TryParse(result.Tokens[0].Value, out var address))
                {
                    return address;
                }

                result.AddError("--host must be an IP address of this machine, such as 127.0.0.1 or 0.0.0.0 for all.");
                return null;
            },
        };

    /// <summary>Names that requests may come under besides the address, one or several; checked while parsing.</summary>
    public static Option<string[]> AllowHost()
    {
        var option = new Option<string[]>("--allow-host")
        {
            Description = "Host names that it is reached by, such as a proxy's or a tunnel's. Default: its address only.",
            HelpName = "name",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [],
        };
        option.Validators.Add(result =>
        {
            foreach (var name in result.Tokens.Select(t => t.Value).Where(n => Uri.CheckHostName(n) == UriHostNameType.Unknown))
            {
                result.AddError($"--allow-host must be a host name alone, such as events.example.com, not \"{name}\".");
            }
        });
        return option;
    }

    public static void Between(Option<int> option, int least, int most) =>
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, out var number) && (number < least || number > most))
            {
                result.AddError($"{option.Name} must be from {least} to {most}.");
            }
        });
}
