using System.CommandLine;
using CustomerIo.Connector.Cli.Shell;

namespace CustomerIo.Connector.Cli.Commands;

/// <summary><c>connector completion shell</c>: the script by which a shell completes commands, options, actions and inputs.</summary>
internal static class CompletionCommand
{
    // Each asks the tool itself what may stand where the cursor is, and leaves files to the shell where that is nothing.
    private static readonly Dictionary<string, string> s_scripts = new(StringComparer.Ordinal)
    {
        ["bash"] = """
            _connector() {
              local word="${COMP_WORDS[COMP_CWORD]}" line
              COMPREPLY=()
              while IFS= read -r line; do
                [[ -n $line && $line == "$word"* ]] && COMPREPLY+=("$line")
              done < <(connector "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)
              [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]] && compopt -o nospace
            }
            complete -o default -F _connector connector
            """,
        ["zsh"] = """
            #compdef connector
            _connector() {
              local -a all
              local line="${(j: :)words[1,CURRENT]}"
              all=("${(@f)$(connector "[suggest:${#line}]" "$line" 2>/dev/null)}")
              all=("${(@)all:#}")
              if (( ${#all} )); then
                compadd -S '' -- "${(@M)all:#*=}"
                compadd -- "${(@)all:#*=}"
              else
                _files
              fi
            }
            compdef _connector connector
            """,
        ["fish"] = """
            function __connector_complete
              set -l line (commandline -cp)
              connector "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
            end
            complete -c connector -a '(__connector_complete)'
            """,
        ["pwsh"] = """
            Register-ArgumentCompleter -Native -CommandName connector -ScriptBlock {
              param($word, $ast, $cursor)
              connector "[suggest:$cursor]" "$ast" 2>$null | Where-Object { $_ -like "$word*" } | ForEach-Object {
                [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
              }
            }
            """,
    };

    public static Command Create()
    {
        var shell = new Argument<string>("shell") { HelpName = "shell", Description = $"One of {string.Join(", ", s_scripts.Keys)}." };
        shell.AcceptOnlyFromAmong([.. s_scripts.Keys]);
        var command = new Command("completion", "Prints the script that completes commands, actions and inputs in a shell.") { shell }.WithExamples(
            "source <(connector completion bash)",
            "source <(connector completion zsh)",
            "connector completion fish | source",
            "connector completion pwsh | Out-String | Invoke-Expression"
        );
        command.SetAction(parsed =>
        {
            Terminal.Print(s_scripts[parsed.GetValue(shell)!]);
            return ExitCodes.Success;
        });
        return command;
    }
}
