namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>
/// Whether what a model leaves over, the residual <c>e_t = target_t - prediction_t</c>, still has a pattern (Ljung, "System
/// Identification", second edition, 1999, 16.6). Residuals that are correlated with past inputs tell of dynamics that the model lacks.
/// Residuals that are correlated with one another (not white) tell that the noise has a pattern, which a model that predicts one step ahead
/// should use; of a model that simulates freely they are to be expected, and only the first test counts.
/// </summary>
/// <remarks>
/// Both tests have a false alarm of at most about 1 %, over all lags together. The usual bounds of 99 % hold for one lag; of 26 lags of a
/// perfect model one is outside of them in 23 % of cases.
/// </remarks>
public sealed class ResidualAnalysis
{
    private ResidualAnalysis(int lags, IReadOnlyList<OutputResiduals> outputs) => (Lags, Outputs) = (lags, outputs);

    /// <summary>The largest lag, in time steps.</summary>
    public int Lags { get; }

    /// <summary>The tests of each output.</summary>
    public IReadOnlyList<OutputResiduals> Outputs { get; }

    /// <summary>Whether the residuals of all outputs pass the test of whiteness.</summary>
    public bool AreWhite => Outputs.All(output => output.IsWhite);

    /// <summary>Whether the residuals of all outputs pass the test of independence from present and past inputs.</summary>
    public bool AreIndependent => Outputs.All(output => output.IsIndependent);

    /// <summary>
    /// Tests the residuals of records, which count as one long record with gaps. Means of residuals and inputs are taken off first.
    /// </summary>
    /// <param name="records">The records, all with the same outputs and inputs.</param>
    /// <param name="lags">The largest lag, in time steps. Default: 25.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="lags"/> is below 1.</exception>
    /// <exception cref="ArgumentException">
    /// There are no records, their shapes differ, or an output has no more known steps than there are lags.
    /// </exception>
    public static ResidualAnalysis Of(IReadOnlyList<ResponseRecord> records, int lags = 25)
    {
        ArgumentNullException.ThrowIfNull(records);
        ArgumentOutOfRangeException.ThrowIfLessThan(lags, 1);
        if (records.Count == 0)
            throw new ArgumentException("There must be at least one record.", nameof(records));
        int outputs = records[0].Targets.GetLength(1), inputs = records[0].Inputs.GetLength(1);
        foreach (var record in records)
            RequireShape(record, outputs, inputs);
        Signal[] causes = [.. Enumerable.Range(0, inputs).Select(
            i => new Signal(records, record => record.Inputs.GetLength(0), (record, t) => record.Inputs[t, i]))];
        var tests = new OutputResiduals[outputs];
        for (int o = 0; o < outputs; o++)
        {
            var residual = new Signal(
                records, record => record.Targets.GetLength(0), (record, t) => record.Targets[t, o] - record.Predictions[t, o]);
            if (residual.Count <= lags)
                throw new ArgumentException(
                    $"Output {o} has {residual.Count} time steps with a known target, too few for {lags} lags. Take fewer lags, or longer "
                    + "records.", nameof(records));
            tests[o] = OutputResiduals.Of(residual, causes, lags);
        }
        return new ResidualAnalysis(lags, tests);
    }

    private static void RequireShape(ResponseRecord record, int outputs, int inputs)
    {
        int steps = record.Targets.GetLength(0);
        if (record.Predictions.GetLength(0) != steps || record.Inputs.GetLength(0) != steps
            || record.Targets.GetLength(1) != outputs || record.Predictions.GetLength(1) != outputs || record.Inputs.GetLength(1) != inputs)
            throw new ArgumentException(
                $"All records must have {outputs} outputs and {inputs} inputs, as the first one, at the same time steps. One has targets "
                + $"({steps}, {record.Targets.GetLength(1)}), predictions ({record.Predictions.GetLength(0)}, "
                + $"{record.Predictions.GetLength(1)}) and inputs ({record.Inputs.GetLength(0)}, {record.Inputs.GetLength(1)}).",
                nameof(record));
    }
}
