using System.CommandLine;
using CustomerIo.Connector.Cli.Shell;
using CustomerIo.Connector.Codegen;
using CustomerIo.Connector.Manifest;

namespace CustomerIo.Connector.Cli.Commands;

/// <summary><c>connector docs</c>: writes what is derived from the manifest.</summary>
internal static class DocsCommand
{
    public static Command Create()
    {
        var output = new Option<string?>("--out")
        {
            Description = "The repository's folder. Default: the nearest one above that holds Connector.sln.",
            HelpName = "folder",
        };
        var check = new Option<bool>("--check") { Description = "Writes nothing; exits 4 if a file is not what the manifest says." };
        var command = new Command("docs", "Regenerates the files that are derived from the manifest.") { output, check };
        // For those who change the connector, not for those who use it.
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            var root = parsed.GetValue(output) ?? Repository();
            var stale = 0;
            foreach (var (path, content) in DerivedFiles.All(Catalogue.Embedded, root))
            {
                var file = Path.Combine(root, path);
                if (File.Exists(file) && File.ReadAllText(file) == content)
                {
                    continue;
                }

                stale++;
                if (!parsed.GetValue(check))
                {
                    Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                    File.WriteAllText(file, content);
                }

                Terminal.Print(parsed.GetValue(check) ? $"{path} is not what the manifest says; run: connector docs" : $"wrote {path}");
            }

            Terminal.Say(stale == 0 ? "All derived files are up to date." : $"{stale} {(stale == 1 ? "file" : "files")}.");
            return stale > 0 && parsed.GetValue(check) ? ExitCodes.NotWholly : ExitCodes.Success;
        });
        return command;
    }

    private static string Repository()
    {
        for (var folder = new DirectoryInfo(Environment.CurrentDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Connector.sln")))
            {
                return folder.FullName;
            }
        }

        throw new ConnectorException(FailureKind.Input, "This is not the connector's repository (no Connector.sln here or above). Name it with --out.");
    }
}
