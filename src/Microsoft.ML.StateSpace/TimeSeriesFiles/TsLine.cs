namespace Microsoft.ML.StateSpace.TimeSeriesFiles;

/// <summary>A place in a <c>.ts</c> file, for messages.</summary>
internal readonly record struct TsLine(string Path, int Number)
{
    public InvalidDataException Error(string what) => new($"{Path}, line {Number}: {what}.");
}
