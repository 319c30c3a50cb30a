using System.Diagnostics;
using System.Globalization;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// Keeps a place on disk for one user at a time: a file that is held open. The system lets it go when the process ends, however it ends.
/// Nobody else can read a file that is held so; who holds it stands in a second one.
/// </summary>
internal sealed class FileLock : IDisposable
{
    private readonly string _owner;
    private readonly FileStream _held;

    private FileLock(string owner, FileStream held) => (_owner, _held) = (owner, held);

    /// <summary>Takes a place until the lock is disposed.</summary>
    /// <param name="path">The place; the files of the lock stand beside it, and their names begin with its name.</param>
    /// <param name="refusal">From whoever has the place to the message of the exception.</param>
    /// <exception cref="InvalidOperationException">Another has the place.</exception>
    /// <exception cref="IOException">The files of the lock cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The files of the lock cannot be written.</exception>
    public static FileLock Take(string path, Func<string, string> refusal)
    {
        path = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        string held = path + ".lock", owner = path + ".owner";
        FileStream file;
        try
        {
            file = new FileStream(
                held, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or PathTooLongException) && File.Exists(held))
        {
            throw new InvalidOperationException(refusal(ReadOwner(owner)), e);
        }
        try
        {
            using var process = Process.GetCurrentProcess();
            string who = $"process {process.Id} ({process.ProcessName}) on {Environment.MachineName}";
            File.WriteAllText(owner, string.Create(CultureInfo.InvariantCulture, $"{who}, since {DateTime.UtcNow:u}"));
            return new FileLock(owner, file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        try
        {
            File.Delete(_owner);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next owner writes over it.
        }
        _held.Dispose();
    }

    private static string ReadOwner(string path)
    {
        try
        {
            string text = File.ReadAllText(path);
            return text.Length is > 0 and < 500 ? text : "another process";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "another process";
        }
    }
}
