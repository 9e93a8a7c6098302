using System.Text;
using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Sandbox;

/// <summary>A file that each request is added to, whole, one JSON object a line; those of a day may be more than fit into memory.</summary>
internal sealed class RequestFile : IDisposable
{
    private readonly Lock _gate = new();
    private readonly FileStream _file;
    private bool _isTorn,
        _hasEnded;
    private long _failed;
    private IOException? _failure;

    /// <exception cref="SandboxException">It cannot be written.</exception>
    public RequestFile(string path)
    {
        try
        {
            _isTorn = IsTorn(path);
            var options = new FileStreamOptions
            {
                Mode = FileMode.Append,
                Access = FileAccess.Write,
                Share = FileShare.Read,
                // What could not be written is not kept, to be written in part later.
                BufferSize = 0,
            };
            // Of people, so the user's alone.
            _file = Platform.Current.OpenPrivate(path, options);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SandboxException($"Requests cannot be recorded in {path}: {e.Message}", e);
        }
    }

    /// <summary>What was not recorded, told at the end; null when all was.</summary>
    public SandboxException? Failure =>
        _failure is null
            ? null
            : new($"{_failed} of the requests could not be recorded in {_file.Name} and were answered 500, to come again: {_failure.Message}", _failure);

    /// <summary>Adds a request; an answer that says so where that failed, since what is not recorded must come again.</summary>
    public SandboxResponse Add(RecordedRequest request, SandboxResponse answer)
    {
        try
        {
            lock (_gate)
            {
                Write((_isTorn ? "\n" : "") + request.ToLine(answer.Status).ToString(Newtonsoft.Json.Formatting.None) + "\n");
                _isTorn = false;
            }

            return answer;
        }
        catch (IOException e)
        {
            return SandboxResponse.Errors(500, $"the request could not be recorded in {_file.Name}: {e.Message}");
        }
    }

    public void Dispose() => _file.Dispose();

    private void Write(string line)
    {
        try
        {
            if (_hasEnded)
            {
                throw new IOException("After a line that was written in part nothing more is recorded.");
            }

            _file.Write(Encoding.UTF8.GetBytes(line));
        }
        catch (IOException e)
        {
            (_failed, _failure) = (_failed + 1, _failure ?? e);
            CutHalfLine();
            throw;
        }
    }

    private void CutHalfLine()
    {
        try
        {
            if (_file.CanSeek && _file.Length > _file.Position)
            {
                _file.SetLength(_file.Position);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _hasEnded = true;
        }
    }

    // Whoever wrote it before was ended within a line. What is no plain file has no length.
    private static bool IsTorn(string path)
    {
        if (new FileInfo(path) is not { Exists: true, Length: > 0 })
        {
            return false;
        }

        using var before = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 0);
        before.Seek(-1, SeekOrigin.End);
        return before.ReadByte() != '\n';
    }
}
