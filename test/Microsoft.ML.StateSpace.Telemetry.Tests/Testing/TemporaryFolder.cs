namespace Microsoft.ML.StateSpace.Telemetry.Tests;

/// <summary>A folder that is deleted at the end of a test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("state-space-telemetry-").FullName;

    /// <summary>The folders in it that hold events, as TensorBoard names its runs.</summary>
    public string[] Runs =>
    [
        .. Directory.EnumerateFiles(Path, "events.out.tfevents.*", SearchOption.AllDirectories)
            .Select(file => System.IO.Path.GetRelativePath(Path, System.IO.Path.GetDirectoryName(file)!).Replace('\\', '/'))
            .Distinct().Order(StringComparer.Ordinal),
    ];

    /// <summary>The events of a run, file after file, without those that begin a file.</summary>
    public Event[] Events(string run)
        => [.. Files(run).SelectMany(file => EventReader.Read(file)).Where(found => found.FileVersion is null)];

    /// <summary>The files of a run, in the order in which TensorBoard reads them.</summary>
    public string[] Files(string run)
        => [.. Directory.GetFiles(System.IO.Path.Combine(Path, run), "events.out.tfevents.*").Order(StringComparer.Ordinal)];

    /// <summary>The points of a curve: step and value.</summary>
    public (long Step, float Value)[] Curve(string run, string tag)
        => [.. from found in Events(run) from value in found.Values where value.Tag == tag select (found.Step, value.Scalar!.Value)];

    /// <summary>The texts with a tag.</summary>
    public string[] Texts(string run, string tag)
        => [.. from found in Events(run) from value in found.Values where value.Tag == tag && value.Plugin == "text" select value.Text!];

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
