using System.Security.Cryptography;
using System.Text;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.ModelFiles;

/// <summary>
/// The checkpoints of trainings that share one path. Each has a file of its own, whose name holds a fingerprint of its options and its
/// data; so each fold of a cross-validation goes on from its own.
/// </summary>
/// <param name="path">The path without the fingerprint.</param>
internal sealed class CheckpointFiles(string path) : ICheckpoint
{
    private const int FingerprintLength = 16;

    /// <summary>The file of a training.</summary>
    public string PathOf(TrainingIdentity identity)
    {
        string text = $"{ModelJson.Write(identity.Model)}\n{ModelJson.Write(identity.Training)}\n{identity.Data}";
        string fingerprint = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..FingerprintLength];
        return Path.ChangeExtension(path, null) + "." + fingerprint + Path.GetExtension(path);
    }

    public bool Load(TrainingIdentity identity, TrainingState state) => FileOf(identity).Load(identity, state);

    public void Save(TrainingIdentity identity, TrainingState state) => FileOf(identity).Save(identity, state);

    public IDisposable Claim(TrainingIdentity identity)
    {
        string file = PathOf(identity);
        try
        {
            return FileLock.Take(
                file,
                owner => $"The checkpoint '{file}' is in use by {owner}, which trains with the same options on the same data. Wait until "
                + "it has ended, or give TrainingOptions.CheckpointPath another file.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new InvalidOperationException(
                $"The checkpoint '{file}' cannot be written: {e.Message} Give TrainingOptions.CheckpointPath a file in a folder that can "
                + "be written to.", e);
        }
    }

    public string Beginning(TrainingIdentity identity)
    {
        string file = PathOf(identity), folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        int others = Directory.GetFiles(folder, $"{Path.GetFileNameWithoutExtension(path)}.*{Path.GetExtension(path)}")
            .Count(other => !Path.GetFileName(other).StartsWith(Path.GetFileName(file), StringComparison.Ordinal));
        return $"The state of training is kept in '{file}'."
            + (others == 0 ? "" : " The checkpoints beside it are of trainings with other options or data; a Seed that is set nowhere is "
            + "another each time.");
    }

    private CheckpointFile FileOf(TrainingIdentity identity) => new(PathOf(identity));
}
