using System.CommandLine;
using System.Globalization;
using CustomerIo.Connector.Api;
using CustomerIo.Connector.Cli.Shell;
using CustomerIo.Connector.Hub.Access;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Pipelines.Stores;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;
using Spectre.Console;

namespace CustomerIo.Connector.Cli.Commands;

/// <summary><c>connector hub connections</c>: the workspaces that a hub keeps beside its own, encrypted.</summary>
internal sealed class HubConnectionsCommand
{
    private const string Variable = "env:";

    private static readonly Field[] s_fields = [.. Catalogue.Embedded.Connection["fields"]!.Select(f => f.ToObject<Field>()!)];

    private readonly Option<string?> _data;
    private readonly Option<string?> _ring;

    private HubConnectionsCommand(Option<string?> data, Option<string?> ring) => (_data, _ring) = (data, ring);

    public static Command Create(Option<string?> data, Option<string?> ring)
    {
        var commands = new HubConnectionsCommand(data, ring);
        return new Command(
            "connections",
            """
            Keeps further workspaces for callers, encrypted: for all keys, or for one.

            Examples:
              connector hub connections add shop
              connector hub connections add shop --input @shop.json
              connector hub connections add shop --input '{"appApiKey":"env:SHOP_KEY"}'
              pass show shop | connector hub connections add shop --input - --for n8n
              connector hub keys add n8n --connection shop
            """
        )
        {
            commands.Add(),
            commands.List(),
            commands.Rename(),
            commands.Remove(),
        };
    }

    /// <summary>The folder of the keys that encrypt connections.</summary>
    public static Option<string?> RingOption() =>
        new("--key-ring")
        {
            Description = "Folder of the keys that encrypt connections; better not beside them. Default: key-ring in the data folder.",
            HelpName = "folder",
        };

    /// <summary>The ring that was named, or the usual one.</summary>
    public static KeyRing Ring(string? named, string data) => new(named ?? KeyRing.Usual(data));

    private Command Add()
    {
        var name = HubKeysCommand.NewName("A connection's name", Name("What callers name it by, such as shop-eu."));
        var input = new Option<string?>("--input")
        {
            Description =
                "Its fields as a JSON object: @file, - for stdin, or itself with secrets as env:NAME. Default: the variables of every command, else it asks.",
            HelpName = "json|@file|-",
        };
        var owner = new Option<string?>("--for") { Description = "The key that alone may use it. Default: all may.", HelpName = "key" };
        var replace = new Option<bool>("--replace") { Description = "Gives one that is there these fields; who may use it stays." };
        var json = Shared.Json();
        var command = new Command("add", "Keeps a connection: its siteId, apiKey, appApiKey, region and so on.") { name, input, owner, replace, json };
        command.Validators.Add(result =>
        {
            if (result.GetResult(owner) is not null && result.GetValue(replace))
            {
                result.AddError("--replace leaves who may use it: it cannot be combined with --for.");
            }
        });
        command.SetAction(
            async (parsed, ct) =>
            {
                var wanted = parsed.GetValue(name)!;
                var fields = await FieldsAsync(parsed.GetValue(input), ct).ConfigureAwait(false);
                var connection = Check(fields);
                await using var keys = HubKeys.Open(DataFolder.Open(parsed.GetValue(_data)));
                var kept = Kept(keys, parsed);
                if (parsed.GetValue(replace))
                {
                    await kept.ReplaceAsync(wanted, fields).ConfigureAwait(false);
                }
                else
                {
                    await kept.AddAsync(wanted, fields, parsed.GetValue(owner), TimeProvider.System.GetUtcNow()).ConfigureAwait(false);
                }

                var deed = $"The connection {wanted} is kept. It opens {string.Join(", ", Opens(connection))}.";
                if (parsed.GetValue(json))
                {
                    Terminal.Json(new JObject { ["name"] = wanted, ["opens"] = new JArray(Opens(connection)) }, deed);
                }
                else
                {
                    Terminal.Say(deed);
                }

                return ExitCodes.Success;
            }
        );
        return command;
    }

    private Command List()
    {
        var json = Shared.Json();
        var command = new Command("list", "Lists the connections by name, and who uses each; never a secret.") { json };
        command.SetAction(
            async (parsed, _) =>
            {
                await using var keys = HubKeys.Open(DataFolder.Open(parsed.GetValue(_data)));
                var all = Kept(keys, parsed).All();
                if (all.Where(c => c.Connection is null).Select(c => c.Name).ToArray() is [_, ..] closed)
                {
                    Terminal.Say($"The key ring has no key for {string.Join(", ", closed)}. Name the right folder with --key-ring, or remove and add anew.");
                }

                if (parsed.GetValue(json))
                {
                    Terminal.Json(new JObject { ["connections"] = new JArray(all.Select(ToJson)) });
                    return ExitCodes.Success;
                }

                if (all.Count == 0)
                {
                    Terminal.Say("There is no connection: callers use the hub's own.");
                    return ExitCodes.Success;
                }

                var table = Terminal.Table("Name", "Opens", "Region", "For", "Bound to it", "Made");
                foreach (var kept in all)
                {
                    table.AddRow(
                        new Text(kept.Name),
                        new Text(kept.Connection is { } open ? string.Join(", ", Opens(open)) : "?"),
                        new Text(Region(kept) ?? "?"),
                        new Text(kept.Owner ?? "all"),
                        new Text(string.Join(", ", kept.Users)),
                        new Text(kept.Made.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))
                    );
                }

                Terminal.Out.Write(table);
                return ExitCodes.Success;
            }
        );
        return command;
    }

    private Command Rename()
    {
        var name = Name("The connection's name.");
        var other = HubKeysCommand.NewName("A connection's name", new Argument<string>("new-name") { Description = "Its new name." });
        var command = new Command("rename", "Gives a connection another name; keys that are bound to it stay so.") { name, other };
        command.SetAction(
            async (parsed, _) =>
            {
                await using var keys = HubKeys.Open(DataFolder.Open(parsed.GetValue(_data)));
                await Kept(keys, parsed).RenameAsync(parsed.GetValue(name)!, parsed.GetValue(other)!).ConfigureAwait(false);
                Terminal.Say($"The connection {parsed.GetValue(name)} is {parsed.GetValue(other)} now.");
                return ExitCodes.Success;
            }
        );
        return command;
    }

    private Command Remove()
    {
        var name = Name("The connection's name.");
        var command = new Command("remove", "Takes a connection away, unless keys are bound to it.") { name };
        command.SetAction(
            async (parsed, _) =>
            {
                await using var keys = HubKeys.Open(DataFolder.Open(parsed.GetValue(_data)));
                await Kept(keys, parsed).RemoveAsync(parsed.GetValue(name)!).ConfigureAwait(false);
                Terminal.Say($"The connection {parsed.GetValue(name)} is removed.");
                return ExitCodes.Success;
            }
        );
        return command;
    }

    private HubConnections Kept(HubKeys keys, ParseResult parsed) => new(keys.File, Ring(parsed.GetValue(_ring), Path.GetDirectoryName(keys.File.Path)!));

    /// <summary>What was given; secrets in the clear never stand on the command line, which other users of the machine can read.</summary>
    private static async Task<JObject> FieldsAsync(string? input, CancellationToken ct)
    {
        if (input is not null)
        {
            var fields = await RunCommand.ParseInputAsync(input, ct).ConfigureAwait(false);
            var isShown = input is not ['@', ..] and not "-";
            foreach (var property in fields.Properties().ToArray())
            {
                if (property.Value is not JValue { Value: string { Length: > 0 } text })
                {
                    continue;
                }

                if (text.StartsWith(Variable, StringComparison.Ordinal))
                {
                    property.Value = OfVariable(text[Variable.Length..]);
                }
                else if (isShown && s_fields.Any(f => f.Key == property.Name && f.Secret))
                {
                    throw new ConnectorException(
                        FailureKind.Input,
                        $"{property.Name} is a secret, and others see what stands on a command line: write env:NAME of a variable, or --input @file or -."
                    );
                }
            }

            return fields;
        }

        var read = new JObject(
            s_fields
                .Select(f => (f.Key, Value: Environment.GetEnvironmentVariable(f.Environment)))
                .Where(f => !string.IsNullOrWhiteSpace(f.Value))
                .Select(f => new JProperty(f.Key, f.Value))
        );
        if (s_fields.Any(f => f.Secret && read.ContainsKey(f.Key)))
        {
            Terminal.Say($"Taken from the environment: {string.Join(", ", s_fields.Where(f => read.ContainsKey(f.Key)).Select(f => f.Environment))}.");
            return read;
        }

        return Console.IsInputRedirected || Console.IsErrorRedirected
            ? throw new ConnectorException(
                FailureKind.Input,
                "There is no key to keep. Set CUSTOMERIO_SITE_ID and CUSTOMERIO_API_KEY, or CUSTOMERIO_APP_API_KEY, or give --input @file or -."
            )
            : await AskAsync(ct).ConfigureAwait(false);
    }

    private static async Task<JObject> AskAsync(CancellationToken ct)
    {
        var fields = new JObject();
        Terminal.Say("Leave empty what the connection does not have; keys are not shown.");
        foreach (var field in s_fields.Where(f => f.Group == "main" || f.Secret))
        {
            var prompt = new TextPrompt<string>(field.Title + ":")
            {
                AllowEmpty = true,
                IsSecret = field.Secret,
                Mask = null,
            };
            if (await prompt.ShowAsync(Terminal.Error, ct).ConfigureAwait(false) is { Length: > 0 } text)
            {
                fields[field.Key] = text;
            }
        }

        return fields;
    }

    private static string OfVariable(string name) =>
        Environment.GetEnvironmentVariable(name) is { } value && !string.IsNullOrWhiteSpace(value)
            ? value
            : throw new ConnectorException(FailureKind.Input, $"The environment variable {name} is not set here.");

    private static Connection Check(JObject fields)
    {
        var connection = Connection.FromJson(fields);

        // Address and characters of the keys are checked as it is made ready.
        _ = new Workspace(connection, new WorkspaceState());
        return (connection.SiteId is null) != (connection.ApiKey is null)
                ? throw new ConnectorException(FailureKind.Input, "A Site ID and an API key go together: siteId and apiKey.")
            : Opens(connection).Any() ? connection
            : throw new ConnectorException(FailureKind.Input, "The connection has no key: apiKey with siteId, appApiKey or pipelinesApiKey.");
    }

    private static IEnumerable<string> Opens(Connection connection) =>
        new[] { ("track", connection.ApiKey), ("app", connection.AppApiKey), ("pipelines", connection.PipelinesApiKey) }
            .Where(k => k.Item2 is not null)
            .Select(k => k.Item1);

    private static string? Region(HubConnection kept) => kept.Connection is { } open ? Names.Camel(open.Region.ToString()) : null;

    private static JObject ToJson(HubConnection kept) =>
        new()
        {
            ["name"] = kept.Name,
            ["opens"] = kept.Connection is { } open ? new JArray(Opens(open)) : null,
            ["region"] = Region(kept),
            ["for"] = kept.Owner,
            ["bound"] = new JArray(kept.Users),
            ["made"] = kept.Made.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
        };

    private static Argument<string> Name(string description) => new("name") { Description = description };

    private sealed record Field(string Key, string Title, bool Secret, string Environment, string Group);
}
