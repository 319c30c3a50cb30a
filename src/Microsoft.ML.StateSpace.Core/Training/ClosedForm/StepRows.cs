namespace Microsoft.ML.StateSpace.Training;

/// <summary>Packed rows to learn from: standardised inputs, and targets of about unit size.</summary>
/// <param name="Inputs">(rows, H).</param>
/// <param name="Targets">(rows, P); rows with a NaN do not count.</param>
/// <param name="Starts">First row of each sequence, then the number of rows.</param>
/// <param name="Weights">How much each row counts, (rows), with mean 1; <see langword="null"/> where all count alike.</param>
/// <param name="Intervals">The time since the row before, (rows); <see langword="null"/> where rows are equally far apart.</param>
internal sealed record StepRows(float[] Inputs, float[] Targets, int[] Starts, float[]? Weights = null, float[]? Intervals = null)
{
    /// <summary>Stretches of time that are held out in turn.</summary>
    public const int Folds = 5;

    public int Count => Starts[^1];

    public int Channels => Inputs.Length / Math.Max(Count, 1);

    public int Outputs => Targets.Length / Math.Max(Count, 1);

    /// <summary>
    /// The usual interval, a geometric mean, on which no single gap weighs much; 1 where rows are equally far apart. Sequences begin
    /// whenever they do, so their first rows do not count.
    /// </summary>
    public double UsualInterval()
    {
        double sum = 0;
        long count = 0;
        for (int s = 0; Intervals is not null && s + 1 < Starts.Length; s++)
            for (int row = Starts[s] + 1; row < Starts[s + 1]; row++, count++)
                sum += Math.Log(Intervals[row]);
        return count > 0 ? Math.Exp(sum / count) : 1;
    }

    /// <summary>The stretch of a row; stretches are equally long and count through all sequences.</summary>
    public int FoldOf(int row) => (int)((long)row * Folds / Count);

    public float WeightOf(int row) => Weights is null ? 1 : Weights[row];

    public ReadOnlySpan<float> TargetsOf(int row) => Targets.AsSpan(row * Outputs, Outputs);

    public bool IsKnown(int row)
    {
        foreach (float target in TargetsOf(row))
            if (!float.IsFinite(target))
                return false;
        return true;
    }

    /// <summary>
    /// The outputs in groups, each of which is known in the same rows, with the rows of that group. Where two outputs are measured at
    /// different times, neither loses a row by the other.
    /// </summary>
    public IReadOnlyList<(int[] Outputs, StepRows Rows)> Groups()
    {
        var groups = new List<List<int>>();
        for (int p = 0; p < Outputs; p++)
        {
            if (groups.Find(members => AreKnownTogether(members[0], p)) is { } found)
                found.Add(p);
            else
                groups.Add([p]);
        }
        return groups.Count <= 1 ? [([.. Enumerable.Range(0, Outputs)], this)] : [.. groups.Select(group => (group.ToArray(), Of(group)))];
    }

    /// <summary>
    /// The same rows as sequences of their own in each stretch, so that there are starts in the midst of operation. Where there are as many
    /// sequences, they stay as they are.
    /// </summary>
    public StepRows CutAtFolds()
    {
        if (Starts.Length > 2 * Folds)
            return this;
        var starts = new SortedSet<int>(Starts);
        for (int row = 1; row < Count; row++)
            if (FoldOf(row) != FoldOf(row - 1))
                starts.Add(row);
        return this with { Starts = [.. starts] };
    }

    private bool AreKnownTogether(int p, int q)
    {
        for (int row = 0; row < Targets.Length; row += Outputs)
            if (float.IsFinite(Targets[row + p]) != float.IsFinite(Targets[row + q]))
                return false;
        return true;
    }

    private StepRows Of(List<int> outputs)
    {
        var targets = new float[Count * outputs.Count];
        for (int i = 0; i < targets.Length; i++)
            targets[i] = Targets[i / outputs.Count * Outputs + outputs[i % outputs.Count]];
        return this with { Targets = targets };
    }
}
