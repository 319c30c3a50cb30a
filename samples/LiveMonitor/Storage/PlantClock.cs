using System.Globalization;

namespace LiveMonitor.Storage;

/// <summary>Numbers the readings of the plant, which go on while the program is away. When the first was is kept in a file.</summary>
internal sealed class PlantClock(DateTimeOffset began, TimeSpan interval)
{
    /// <summary>Opens the clock of a folder; where there is none, begins one at a reading.</summary>
    public static PlantClock Open(string folder, TimeSpan interval, long first)
    {
        string path = Path.Combine(folder, "began.txt");
        if (!File.Exists(path))
            WholeFile.Write(path, aside => File.WriteAllText(
                aside, (DateTimeOffset.UtcNow - interval * (first - 1)).ToString("O", CultureInfo.InvariantCulture)));
        return new(DateTimeOffset.ParseExact(File.ReadAllText(path), "O", CultureInfo.InvariantCulture), interval);
    }

    /// <summary>The number of the reading that is due now, from 1.</summary>
    public long Now => 1 + (DateTimeOffset.UtcNow - began).Ticks / interval.Ticks;
}
