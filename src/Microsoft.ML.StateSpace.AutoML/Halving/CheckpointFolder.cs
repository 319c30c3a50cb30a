using System.Globalization;

namespace Microsoft.ML.StateSpace.AutoML.Halving;

/// <summary>The checkpoints of a sweep's trainings on this machine. A training may have several files, whose names begin alike.</summary>
internal sealed class CheckpointFolder(string folder)
{
    private const string Extension = ".ckpt";

    /// <summary>What a training gives <see cref="TrainingOptions.CheckpointPath"/>.</summary>
    public string PathOf(SweepTraining training) => System.IO.Path.Combine(folder, Stem(training) + Extension);

    /// <summary>The files of a training.</summary>
    public string[] FilesOf(SweepTraining training) => Files($"{Stem(training)}.*{Extension}");

    public void Delete(int configuration)
    {
        foreach (string file in Files($"{configuration}-*{Extension}"))
            File.Delete(file);
    }

    private static string Stem(SweepTraining training)
        => string.Create(
            CultureInfo.InvariantCulture, $"{training.Configuration}-{training.Repeat}-{training.Fold}-{training.Step}");

    private string[] Files(string pattern) => Directory.Exists(folder) ? Directory.GetFiles(folder, pattern) : [];
}
