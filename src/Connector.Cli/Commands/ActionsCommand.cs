using System.CommandLine;
using CustomerIo.Connector.Cli.Shell;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;
using Spectre.Console;

namespace CustomerIo.Connector.Cli.Commands;

/// <summary><c>connector actions [id]</c>: the actions, or one action's inputs.</summary>
internal static class ActionsCommand
{
    public static Command Create()
    {
        var id = new Argument<string?>("id") { Description = "An action's id; all actions without it.", Arity = ArgumentArity.ZeroOrOne };
        var json = Shared.Json();
        var command = new Command("actions", "Lists the actions, or one action's inputs.") { id, json };
        command.SetAction(parsed =>
        {
            var catalogue = Catalogue.Embedded;
            var wanted = parsed.GetValue(id);
            if (parsed.GetValue(json))
            {
                Terminal.Json(
                    wanted is null ? new JArray(catalogue.All.Select(a => a.Describe(schemas: true))) : catalogue.Find(wanted).Describe(schemas: true)
                );
            }
            else if (wanted is null)
            {
                List(catalogue);
            }
            else
            {
                Show(catalogue.Find(wanted));
            }

            return ExitCodes.Success;
        });
        return command;
    }

    private static void List(Catalogue catalogue)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("Action", "What it does");
        foreach (var group in catalogue.All.GroupBy(a => a.Category).OrderBy(g => g.Key == "Advanced").ThenBy(g => g.Key, StringComparer.Ordinal))
        {
            table.AddRow(new Markup($"[bold]{Markup.Escape(group.Key)}[/]"), new Text(""));
            foreach (var action in group)
            {
                table.AddRow(new Text("  " + action.Id), new Text(action.Description));
            }
        }

        Terminal.Out.Write(table);
        Terminal.Out.WriteLine("connector actions <id> shows an action's inputs.");
    }

    private static void Show(ActionManifest action)
    {
        Terminal.Out.WriteLine($"{action.Title} ({action.Id})");
        Terminal.Out.WriteLine(action.Description);
        var required = action.Required.ToHashSet(StringComparer.Ordinal);
        var table = new Table().Border(TableBorder.Rounded).AddColumns("Input", "Comments", "Default");
        foreach (var (name, property) in action.Properties)
        {
            var choices = property["enum"] is JArray all ? $" One of: {string.Join(", ", all)}." : "";
            table.AddRow(
                new Text(name + (required.Contains(name) ? " *" : "")),
                new Text($"{(string)property["title"]!}. {(string)property["description"]!}{choices}"),
                new Text(property["default"] is { } value ? ConnectorJson.ToText(value).Trim('"') : "")
            );
        }

        Terminal.Out.Write(table);
        // Not through Spectre, which would break the line that is meant to be copied.
        Terminal.Print("* required. Example:");
        Terminal.Print($"connector run {action.Id} --input '{ConnectorJson.ToText(action.Examples.First()["input"]!)}'");
    }
}
