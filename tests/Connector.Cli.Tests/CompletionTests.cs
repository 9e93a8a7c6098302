using System.Diagnostics;

namespace CustomerIo.Connector.Cli.Tests;

/// <summary>The completion scripts, sourced by the shells that are installed.</summary>
[Category("Slow")]
public class CompletionTests
{
    private const string Bash = """
        connector() { dotnet "$TOOL" "$@"; }
        source <(connector completion bash)
        complete() {
          COMP_LINE="$1" COMP_POINT=${#1}
          read -ra COMP_WORDS <<< "$1"
          [[ $1 == *' ' ]] && COMP_WORDS+=("")
          COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
          _connector 2>/dev/null
          printf '%s\n' "${COMPREPLY[@]}"
        }
        """;

    private const string Zsh = """
        connector() { dotnet "$TOOL" "$@" }
        compdef() { }
        source <(connector completion zsh)
        compadd() { while [[ $1 == -* && $1 != -- ]]; do [[ $1 == -S ]] && shift; shift; done; shift; (( $# )) && print -l -- "$@" }
        _files() { }
        complete() { words=("${(@s: :)1}"); CURRENT=${#words}; _connector }
        """;

    private const string Fish = """
        function connector; dotnet "$TOOL" $argv; end
        connector completion fish | source
        function complete_line; builtin complete -C "$argv[1]" | string split -f1 \t; end
        """;

    // Whatever a shell is not there for is not tried: the test says so.
    [TestCase("bash", "-c", Bash, "complete", "connector completion z", "zsh")]
    [TestCase("bash", "-c", Bash, "complete", "connector run ident", "identify identify-object")]
    [TestCase("bash", "-c", Bash, "complete", "connector sync run --dr", "--dry-run")]
    [TestCase("bash", "-c", Bash, "complete", "connector run track --set eventN", "eventName=")]
    [TestCase("zsh", "-fc", Zsh, "complete", "connector completion ", "bash fish pwsh zsh")]
    [TestCase("fish", "-c", Fish, "complete_line", "connector completion z", "zsh")]
    [Platform(Exclude = "Win")]
    public async Task AShell_CompletesWhatTheToolKnows(string shell, string option, string script, string call, string line, string expected)
    {
        var start = new ProcessStartInfo(shell) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(option);
        start.ArgumentList.Add($"{script}\n{call} '{line}'");
        start.Environment["TOOL"] = Tool.Dll;
        start.Environment["XDG_CONFIG_HOME"] = start.Environment["XDG_DATA_HOME"] = TestContext.CurrentContext.WorkDirectory;
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Ignore($"{shell} is not installed.");
            return;
        }

        using (process)
        {
            var ran = await Tool.EndAsync(process, process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            var all = ran.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(w => !w.StartsWith('-') || expected.StartsWith('-')).ToArray();
            Assert.That(all.Intersect(expected.Split(' ')), Is.EquivalentTo(expected.Split(' ')), ran.ToString());
            Assert.That(all.Length, line.EndsWith(' ') ? Is.AtLeast(1) : Is.EqualTo(expected.Split(' ').Length), ran.ToString());
        }
    }
}
