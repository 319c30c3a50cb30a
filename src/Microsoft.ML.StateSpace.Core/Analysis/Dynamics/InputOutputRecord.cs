namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>
/// A record of a system with one input and one output. Learning curves are computed of the values as they are: subtract what the system
/// rests at, and divide by the standard deviations, as a network does with its channels.
/// </summary>
/// <param name="Input">u, (length).</param>
/// <param name="Output">y, (length).</param>
public sealed record InputOutputRecord(IReadOnlyList<double> Input, IReadOnlyList<double> Output)
{
    /// <summary>Number of time steps.</summary>
    public int Length => Input.Count;

    /// <summary>Requires records of some steps whose values are finite, and returns their number of steps together.</summary>
    internal static int Steps(IReadOnlyList<InputOutputRecord> records)
    {
        ArgumentNullException.ThrowIfNull(records);
        if (records.Count == 0 || records.Any(record => record.Length == 0))
            throw new ArgumentException(
                "Learning needs at least one record, and a time step in each. Give records that hold some.", nameof(records));
        foreach (var record in records)
        {
            if (record.Output.Count != record.Length)
                throw new ArgumentException(
                    $"A record has {record.Length} inputs, but {record.Output.Count} outputs. Give one output for each time step.",
                    nameof(records));
            if (!record.Input.All(double.IsFinite) || !record.Output.All(double.IsFinite))
                throw new ArgumentException(
                    "A record holds a value that is NaN or infinite. Fill such values, or cut the record there.", nameof(records));
        }
        return records.Sum(record => record.Length);
    }
}
