using Microsoft.ML.StateSpace.AutoML;
using Microsoft.ML.StateSpace.AutoML.Halving;
using Microsoft.ML.StateSpace.ModelFiles;

namespace Microsoft.ML.StateSpace.Grains;

/// <summary>
/// A folder of one worker, whose files go to the storage of the cluster and come from there. It waits for the cluster, on the thread of a
/// trial.
/// </summary>
/// <param name="grains">The cluster.</param>
/// <param name="sweep">The name of the sweep.</param>
/// <param name="path">The folder.</param>
/// <param name="cancellation">Ends waiting.</param>
internal sealed class TravellingFiles(IGrainFactory grains, string sweep, string path, CancellationToken cancellation) : ITrainingFiles
{
    private readonly CheckpointFolder _folder = new(path);
    private readonly Dictionary<string, (ShelfFile File, DateTime Written)> _known = [];

    public string Fetch(SweepTraining training)
    {
        string whole = _folder.PathOf(training), stem = Path.GetFileNameWithoutExtension(whole) + ".";
        var shelf = Shelf(training.Configuration);
        foreach (var file in Wait(shelf.List).Where(file => file.Name.StartsWith(stem, StringComparison.Ordinal)))
        {
            string place = Path.Combine(path, file.Name);
            if (_known.TryGetValue(file.Name, out var known) && known.File == file && File.Exists(place))
                continue;
            // Pieces that are not whole are those of a worker that was given up. The training then begins where this one has left it.
            if (Wait(() => shelf.Read(file)) is { } bytes)
                AtomicFile.Write(place, stream => stream.Write(bytes));
            _known[file.Name] = (file, File.GetLastWriteTimeUtc(place));
        }
        return whole;
    }

    public void Send(SweepTraining training)
    {
        foreach (string place in _folder.FilesOf(training))
        {
            string name = Path.GetFileName(place);
            var written = File.GetLastWriteTimeUtc(place);
            bool isKnown = _known.TryGetValue(name, out var known);
            if (isKnown && known.Written == written)
                continue;
            byte[] bytes = Read(place);
            // Where another has written the file, this worker was given up, and will hear of it.
            if (Wait(() => Shelf(training.Configuration).Write(name, bytes, isKnown ? known.File : null)) is { } file)
                _known[name] = (file, written);
        }
    }

    public void Delete(int configuration)
    {
        Wait(async () =>
        {
            await Shelf(configuration).DeleteAll();
            return true;
        });
        _folder.Delete(configuration);
        foreach (string name in _known.Keys.Where(name => name.StartsWith($"{configuration}-", StringComparison.Ordinal)).ToList())
            _known.Remove(name);
    }

    // A file may be replaced while it is read.
    private static byte[] Read(string place)
    {
        using var file = new FileStream(place, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        byte[] bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    private SweepShelf Shelf(int configuration) => SweepShelf.OfCheckpoints(grains, sweep, configuration);

    private T Wait<T>(Func<Task<T>> call) => Patience.Endless.Call(call, cancellation).GetAwaiter().GetResult();
}
