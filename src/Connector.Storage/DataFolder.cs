using System.Runtime.Versioning;

namespace CustomerIo.Connector.Storage;

/// <summary>Where the tool keeps what outlives a run: <c>--data</c>, else <c>CUSTOMERIO_CONNECTOR_HOME</c>, else the user's local application data.</summary>
public static class DataFolder
{
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: the folder cannot be made.</exception>
    public static string Open(string? given)
    {
        var home = Environment.GetEnvironmentVariable("CUSTOMERIO_CONNECTOR_HOME");
        var path = Path.GetFullPath(given is { Length: > 0 } ? given : home is { Length: > 0 } ? home
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "customerio-connector"));
        try
        {
            return Directory.CreateDirectory(path).FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConnectorException(FailureKind.Input, $"The data folder {path} cannot be made: {e.Message} Name another one with --data.");
        }
    }

    /// <summary>Writes a file that only this user may read.</summary>
    public static void WriteSecret(string file, string text)
    {
        File.Delete(file);
        CreateSecret(file);
        File.WriteAllText(file, text);
    }

    /// <summary>Makes a file, unless it is there, that only this user may read.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: it cannot be made.</exception>
    public static void CreateSecret(string file)
    {
        // Opening and closing a file that SQLite holds would end its locks.
        if (File.Exists(file))
        {
            return;
        }

        try
        {
            File.WriteAllBytes(file, []);
            if (!OperatingSystem.IsWindows())
            {
                OnlyOwner(file);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConnectorException(FailureKind.Input, $"{file} cannot be made: {e.Message} Name another folder with --data or CUSTOMERIO_CONNECTOR_HOME.");
        }
    }

    [UnsupportedOSPlatform("windows")]
    private static void OnlyOwner(string file) => File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
}
