using System.Text;
using CustomerIo.Connector.Values;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>Keeps the workspace in a file: loaded at the start, saved within ten seconds of a change and at the end, never half-written, for this
/// user alone.</summary>
internal sealed class StateFile : IAsyncDisposable
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(500),
        s_maxPause = TimeSpan.FromSeconds(10);
    private readonly string _path;
    private readonly Workspace _workspace;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _saving;
    private long _saved;

    /// <summary>Loads the file, if there is one, and begins to watch for changes.</summary>
    /// <exception cref="SandboxException">The file cannot be read or written, or is not a sandbox's state.</exception>
    public StateFile(string file, Workspace workspace)
    {
        (_path, this._workspace) = (Path.GetFullPath(file), workspace);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
            if (Path.Exists(_path))
            {
                RequireFile();
                lock (workspace.Gate)
                {
                    workspace.Load((JObject)Json.Parse(File.ReadAllBytes(_path)));
                }
            }
            else
            {
                Save();
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SandboxException($"The state file {_path} cannot be used: {e.Message} Choose another file, or none.", e);
        }
        catch (Exception e) when (e is FormatException or InvalidCastException or ArgumentException or NullReferenceException or OverflowException)
        {
            throw new SandboxException($"The state file {_path} is not a sandbox's state ({e.Message}): delete it, or choose another file.", e);
        }
        _saved = workspace.Version;
        _saving = SaveOnChangeAsync();
    }

    /// <summary>Saves for the last time.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _saving;
        _stop.Dispose();
        try
        {
            Save();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SandboxException($"The state file {_path} could not be saved at the end, and is as it was before: {e.Message}", e);
        }
    }

    private async Task SaveOnChangeAsync()
    {
        var pause = s_pause;
        while (true)
        {
            try
            {
                await Task.Delay(pause, _workspace.Time, _stop.Token);
                if (_workspace.Version != _saved)
                {
                    var started = _workspace.Time.GetTimestamp();
                    Save();
                    // A large state takes long to write: no more than a twentieth of the time is spent on it, unless a kill would cost too much then.
                    pause = TimeSpan.FromTicks(Math.Clamp(20 * _workspace.Time.GetElapsedTime(started).Ticks, s_pause.Ticks, s_maxPause.Ticks));
                }
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Tried again after the next pause, and for good at the end, where a failure is told; until then the change counts as not saved.
                _saved = -1;
            }
        }
    }

    private void Save()
    {
        using var stream = new MemoryStream();
        using var writer = new JsonTextWriter(new StreamWriter(stream, new UTF8Encoding(false)) { NewLine = "\n" });
        lock (_workspace.Gate)
        {
            _saved = _workspace.Version;
            _workspace.Save(writer);
        }
        writer.Flush();
        var beside = _path + ".tmp";
        // Made anew: one that is there may be somebody's link.
        File.Delete(beside);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        try
        {
            using (var file = Platform.Current.OpenPrivate(beside, options))
            {
                stream.WriteTo(file);
                file.Flush(flushToDisk: true);
            }
            File.Move(beside, _path, overwrite: true);
        }
        catch
        {
            File.Delete(beside);
            throw;
        }
    }

    // Opened for writing, too: that way nothing waits for the other end of a FIFO.
    private void RequireFile()
    {
        using var file = new FileStream(_path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, 0);
        if (!file.CanSeek)
        {
            throw new IOException("It is no file.");
        }
    }
}
