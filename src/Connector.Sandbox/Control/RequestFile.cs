using System.Text;

namespace CustomerIo.Connector.Sandbox;

/// <summary>A file that each request is added to, whole, one JSON object a line; those of a day may be more than fit into memory.</summary>
internal sealed class RequestFile : IDisposable
{
    private readonly Lock _gate = new();
    private readonly FileStream _file;

    /// <exception cref="SandboxException">It cannot be written.</exception>
    public RequestFile(string path)
    {
        try
        {
            _file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SandboxException($"Requests cannot be recorded in {path}: {e.Message}", e);
        }
    }

    /// <summary>Adds a request; an answer that says so where that failed, since what is not recorded must come again.</summary>
    public SandboxResponse Add(RecordedRequest request, SandboxResponse answer)
    {
        try
        {
            lock (_gate)
            {
                _file.Write(Encoding.UTF8.GetBytes(request.ToLine(answer.Status).ToString(Newtonsoft.Json.Formatting.None) + "\n"));
                _file.Flush();
            }

            return answer;
        }
        catch (IOException e)
        {
            return SandboxResponse.Errors(500, $"the request could not be recorded in {_file.Name}: {e.Message}");
        }
    }

    public void Dispose() => _file.Dispose();
}
