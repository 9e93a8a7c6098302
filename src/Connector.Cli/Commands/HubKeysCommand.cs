using System.CommandLine;
using System.Globalization;
using CustomerIo.Connector.Cli.Shell;
using CustomerIo.Connector.Hub.Access;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Pipelines.Stores;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;
using Spectre.Console;

namespace CustomerIo.Connector.Cli.Commands;

/// <summary><c>connector hub keys</c>: who may call the hub's actions, and which.</summary>
internal static class HubKeysCommand
{
    public static Command Create(Option<string?> data) =>
        new("keys", "Makes, lists and removes the keys of callers. While there is one, every caller of actions needs one.")
        {
            Add(data),
            Connect(data),
            List(data),
            Remove(data),
        };

    private static Command Add(Option<string?> data)
    {
        var name = NewName("A key's name", Name("Who gets the key, such as n8n; the log names callers so."));
        var known = Catalogue.Embedded.All.Select(a => a.Category.ToLowerInvariant()).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        var groups = new Option<string[]>("--groups")
        {
            Description = $"Whose actions it may run: {string.Join(", ", known)}. Default all.",
            HelpName = "name,name",
        };
        groups.Validators.Add(result =>
        {
            foreach (
                var group in result.Tokens.SelectMany(t => ManifestOptions.Split(t.Value)).Where(g => !known.Contains(g, StringComparer.OrdinalIgnoreCase))
            )
            {
                var hint = Names.Nearest(group.ToLowerInvariant(), known) is { } nearest
                    ? $"Did you mean {nearest}?"
                    : $"There are {string.Join(", ", known)}.";
                result.AddError($"--groups {group} is no group of actions. {hint}");
            }
        });
        var readOnly = new Option<bool>("--read-only") { Description = "It may run only actions that change nothing." };
        var connection = new Option<string?>("--connection")
        {
            Description = "The connection that its calls run on, this one alone. Default: the hub's own, or what a call names.",
            HelpName = "name",
        };
        var json = Shared.Json();
        var command = new Command("add", "Makes a key and prints it, this once: the hub keeps only its hash.") { name, groups, readOnly, connection, json };
        command.SetAction(
            async (parsed, _) =>
            {
                var allowed = (parsed.GetValue(groups) ?? [])
                    .SelectMany(ManifestOptions.Split)
                    .Select(g => g.ToLowerInvariant())
                    .Distinct(StringComparer.Ordinal)
                    .ToArray();
                var rights = new Rights(parsed.GetValue(name)!, allowed.Length > 0 ? allowed : null, parsed.GetValue(readOnly));
                await using var keys = HubKeys.Open(DataFolder.Open(parsed.GetValue(data)));
                var key = await keys.AddAsync(rights, TimeProvider.System.GetUtcNow(), parsed.GetValue(connection)).ConfigureAwait(false);
                if (parsed.GetValue(json))
                {
                    Terminal.Json(new JObject { ["name"] = rights.Name, ["key"] = key }, $"The key {rights.Name} was made.");
                }
                else
                {
                    Terminal.Print(key, $"The key {rights.Name} was made.");
                    Terminal.Say("Keep it: it is not shown again. Callers send it as Authorization: Bearer KEY.");
                }

                return ExitCodes.Success;
            }
        );
        return command;
    }

    private static Command List(Option<string?> data)
    {
        var json = Shared.Json();
        var command = new Command("list", "Lists the keys by name, and what each may do; never a key.") { json };
        command.SetAction(
            async (parsed, _) =>
            {
                await using var keys = HubKeys.Open(DataFolder.Open(parsed.GetValue(data)));
                var all = keys.All();
                if (parsed.GetValue(json))
                {
                    Terminal.Json(new JObject { ["keys"] = new JArray(all.Select(ToJson)) });
                    return ExitCodes.Success;
                }

                if (all.Count == 0)
                {
                    Terminal.Say("There is no key: a hub serves actions to this machine only.");
                    return ExitCodes.Success;
                }

                var table = Terminal.Table("Name", "Groups", "May", "Connection", "Made");
                foreach (var key in all)
                {
                    table.AddRow(
                        new Text(key.Rights.Name),
                        new Text(key.Rights.Groups is { } groups ? string.Join(", ", groups) : "all"),
                        new Text(key.Rights.IsReadOnly ? "read" : "read and write"),
                        new Text(key.Connection ?? "-"),
                        new Text(key.Made.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))
                    );
                }

                Terminal.Out.Write(table);
                return ExitCodes.Success;
            }
        );
        return command;
    }

    private static Command Remove(Option<string?> data)
    {
        var name = Name("The key's name.");
        var command = new Command("remove", "Takes a key away, from the next request on.") { name };
        command.SetAction(
            async (parsed, _) =>
            {
                await using var keys = HubKeys.Open(DataFolder.Open(parsed.GetValue(data)));
                var wanted = parsed.GetValue(name)!;
                var own = await keys.RemoveAsync(wanted).ConfigureAwait(false);
                Terminal.Say(
                    $"The key {wanted} is removed"
                        + (own.Count > 0 ? $", and with it {string.Join(", ", own)}: connections that were for it alone." : ".")
                        + (keys.Any() ? "" : " It was the last one: a hub that listens on this machine only now lets in everyone who may use it.")
                );
                return ExitCodes.Success;
            }
        );
        return command;
    }

    private static Command Connect(Option<string?> data)
    {
        var name = Name("The key's name.");
        var connection = new Argument<string?>("connection")
        {
            Description = "The connection. Default: none, so that its calls run on the hub's own or on what they name.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var command = new Command("connect", "Has the calls of a key run on another connection, from the next request on.") { name, connection };
        command.SetAction(
            async (parsed, _) =>
            {
                await using var keys = HubKeys.Open(DataFolder.Open(parsed.GetValue(data)));
                var (key, wanted) = (parsed.GetValue(name)!, parsed.GetValue(connection));
                await keys.ConnectAsync(key, wanted).ConfigureAwait(false);
                Terminal.Say(wanted is null ? $"The key {key} is bound to no connection." : $"The key {key} is bound to the connection {wanted}.");
                return ExitCodes.Success;
            }
        );
        return command;
    }

    /// <summary>Lets an argument take only what names can be made of.</summary>
    internal static Argument<string> NewName(string what, Argument<string> name)
    {
        name.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && (text.Length > 64 || !text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')))
            {
                result.AddError($"{what} is made of letters, digits, dots, - and _, at most 64 of them.");
            }
        });
        return name;
    }

    private static Argument<string> Name(string description) => new("name") { Description = description };

    private static JObject ToJson(HubKey key) =>
        new()
        {
            ["name"] = key.Rights.Name,
            ["groups"] = key.Rights.Groups is { } groups ? new JArray(groups) : null,
            ["readOnly"] = key.Rights.IsReadOnly,
            ["connection"] = key.Connection,
            ["made"] = key.Made.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
        };
}
