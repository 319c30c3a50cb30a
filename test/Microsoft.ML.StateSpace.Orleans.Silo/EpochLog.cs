using System.Globalization;
using Microsoft.ML.StateSpace.AutoML;

namespace Microsoft.ML.StateSpace.Grains.Silos;

/// <summary>
/// Writes down the epochs that a silo trains, in a file of its process, behind the checkpoint that was sent. It takes its time, so that a
/// training lasts long enough to be killed in.
/// </summary>
internal sealed class EpochLog(string folder, SweepTraining training, TimeSpan pause) : IProgress<TrainingProgress>
{
    private static readonly Lock Gate = new();
    private readonly string _path = Path.Combine(folder, $"{Environment.ProcessId}.epochs");

    public void Report(TrainingProgress value)
    {
        lock (Gate)
            File.AppendAllText(_path, string.Create(CultureInfo.InvariantCulture, $"{training.Name} {value.Epoch}\n"));
        Thread.Sleep(pause);
    }

    /// <summary>What all silos have written: a line an epoch, with the training and its number.</summary>
    public static string[] Read(string folder)
        => [.. Directory.EnumerateFiles(folder, "*.epochs").SelectMany(path => File.ReadAllText(path).Split('\n')[..^1])];

    /// <summary>The process that has written last, and so trains; 0 where none has.</summary>
    public static int LastToTrain(string folder)
        => Directory.EnumerateFiles(folder, "*.epochs").OrderByDescending(File.GetLastWriteTimeUtc)
            .Select(path => int.Parse(Path.GetFileNameWithoutExtension(path), CultureInfo.InvariantCulture)).FirstOrDefault();
}
