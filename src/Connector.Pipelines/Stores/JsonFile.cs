using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Pipelines.Stores;

/// <summary>Reads a JSON file that users write, and names it in what is wrong with it.</summary>
internal static class JsonFile
{
    /// <param name="path">The file.</param>
    /// <param name="read">Checks what stands in it.</param>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/> with every problem of the file.</exception>
    public static T Read<T>(string path, Func<JObject, T> read)
    {
        try
        {
            PlainFile.Check(path);
            return read(ConnectorJson.ParseObject(File.ReadAllBytes(path)));
        }
        catch (FormatException e)
        {
            throw new ConnectorException(FailureKind.Input, $"{path}: {e.Message}", [new Problem("", e.Message)]);
        }
        catch (ConnectorException e) when (e.Kind == FailureKind.Input && e.Problems.Count > 0)
        {
            throw new ConnectorException(FailureKind.Input, $"{path}: {e.Message}", e.Problems);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConnectorException(FailureKind.Input, $"{path} cannot be read: {FileFailure.Reason(e)}");
        }
    }
}
