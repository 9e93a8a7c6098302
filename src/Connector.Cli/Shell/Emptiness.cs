using System.CommandLine.Parsing;

namespace CustomerIo.Connector.Cli.Shell;

/// <summary>Refuses values of nothing, as a variable that is not set leaves them: <c>--errors "$UNSET"</c>.</summary>
internal static class Emptiness
{
    /// <returns>What to say of the first one; null when there is none.</returns>
    public static string? Of(CommandResult command)
    {
        foreach (var child in command.Children)
        {
            var (name, found) = child switch
            {
                CommandResult below => ("", Of(below)),
                OptionResult option when option.Tokens.Any(IsEmpty) => (option.Option.Name, ""),
                ArgumentResult argument when argument.Tokens.Any(IsEmpty) => ($"<{argument.Argument.Name}>", ""),
                _ => ("", null),
            };
            if (found is not null)
            {
                return found.Length > 0 ? found : $"{name} is empty. Give it a value, or leave it out; a variable in its place may not be set.";
            }
        }

        return null;
    }

    private static bool IsEmpty(Token token) => string.IsNullOrWhiteSpace(token.Value);
}
