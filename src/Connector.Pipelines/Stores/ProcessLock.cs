using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Pipelines.Stores;

/// <summary>Keeps other processes of this machine out: a file that the system lets go of when its process ends, however it ends.</summary>
internal sealed class ProcessLock : IAsyncDisposable, IDisposable
{
    private readonly FileStream _file;

    private ProcessLock(FileStream file)
    {
        _file = file;
    }

    /// <summary>Takes the lock, or answers null when another process has it.</summary>
    /// <param name="path">The lock's file; it and its folder are made when they are missing, and stay.</param>
    /// <exception cref="ConnectorException">The file cannot be made or opened.</exception>
    public static ProcessLock? TryTake(string path)
    {
        try
        {
            PrivateFile.CreateFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
            return new(PrivateFile.OpenOrCreate(path, FileAccess.ReadWrite, FileShare.None));
        }
        catch (Exception e) when (FileFailure.IsBusy(e))
        {
            return null;
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            throw FileFailure.Of(e, $"The lock {path}", "taken");
        }
    }

    /// <summary>Takes the lock, or refuses when another process has it.</summary>
    /// <param name="path">As <see cref="TryTake"/>.</param>
    /// <param name="refusal">What to tell then.</param>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: another process has it; else as <see cref="TryTake"/>.</exception>
    public static ProcessLock Take(string path, string refusal) => TryTake(path) ?? throw new ConnectorException(FailureKind.Input, refusal);

    /// <summary>Takes the lock as soon as no other process has it.</summary>
    /// <exception cref="ConnectorException">As <see cref="TryTake"/>.</exception>
    public static async Task<ProcessLock> TakeAsync(string path, TimeProvider time, CancellationToken ct)
    {
        while (true)
        {
            if (TryTake(path) is { } held)
            {
                return held;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(500), time, ct).ConfigureAwait(false);
        }
    }

    public void Dispose() => _file.Dispose();

    public ValueTask DisposeAsync() => _file.DisposeAsync();
}
