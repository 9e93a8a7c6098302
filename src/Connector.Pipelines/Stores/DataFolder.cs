using System.Text;
using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Pipelines.Stores;

/// <summary>Where the tool keeps what outlives a run: <c>--data</c>, else <c>CUSTOMERIO_CONNECTOR_HOME</c>, else the user's local application data.</summary>
/// <remarks>The folder is made for this user alone; one that was there keeps its mode, and the files in it are private all the same.</remarks>
public static class DataFolder
{
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: the folder cannot be made.</exception>
    public static string Open(string? given)
    {
        var home = Environment.GetEnvironmentVariable("CUSTOMERIO_CONNECTOR_HOME");
        var path = Path.GetFullPath(
            given is { Length: > 0 } ? given
            : home is { Length: > 0 } ? home
            : Path.Combine(Platform.LocalData, "customerio-connector")
        );
        try
        {
            return PrivateFile.CreateFolder(path).FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConnectorException(FailureKind.Input, $"The data folder {path} cannot be made: {e.Message} Name another one with --data.");
        }
    }

    /// <summary>Writes a file that only this user may read, from the moment it is made.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: it cannot be made.</exception>
    public static void WriteSecret(string file, string text)
    {
        try
        {
            using var whole = WholeFile.Create(file, overwrite: true);
            whole.Stream.Write(Encoding.UTF8.GetBytes(text));
            whole.Complete();
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            throw FileFailure.Of(e, file, "written");
        }
    }
}
