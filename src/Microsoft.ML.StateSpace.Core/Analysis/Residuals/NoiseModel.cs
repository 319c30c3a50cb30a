namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>
/// What a simulation leaves over, as a process of its own: an autoregression of the errors <c>e_t = target_t - simulation_t</c> of each
/// output, <c>e_t = sum over i in 1 .. p of a_i e_{t-i} + w_t</c> with white w. With it a model that simulates freely also predicts: k
/// steps ahead the prediction is the simulation and what the errors up to k steps before lead to expect of this step's error (Ljung,
/// "System Identification", second edition, 1999, chapters 3 and 4: an output-error model with autoregressive noise).
/// </summary>
/// <remarks>
/// The model must simulate from inputs alone. A free run (simulation) says what a model is worth where nobody measures the outputs; a
/// prediction says what it is worth where they are measured up to k steps ago, and its errors are most often far smaller.
/// </remarks>
public sealed class NoiseModel
{
    private readonly double[][] _coefficients;

    internal NoiseModel(IEnumerable<IReadOnlyList<double>> coefficients)
        => _coefficients = [.. coefficients.Select(a => a.ToArray())];

    /// <summary>a_1 to a_p of each output; of order 0, and so empty, where the errors before tell nothing.</summary>
    public IReadOnlyList<IReadOnlyList<double>> Coefficients => _coefficients;

    /// <summary>Errors that go on from step to step.</summary>
    internal int StateSize => _coefficients.Sum(a => a.Length);

    /// <summary>
    /// Fits the noise model to records that were simulated. Order (at most 50) and penalty are chosen for each output by the errors one
    /// step ahead on quarters of the records that are held out in turn.
    /// </summary>
    /// <param name="records">Records of training, all with the same outputs. A target that is not known (NaN) counts nowhere.</param>
    /// <exception cref="ArgumentException">There are no records, or their shapes differ.</exception>
    public static NoiseModel Fit(IReadOnlyList<ResponseRecord> records)
    {
        ArgumentNullException.ThrowIfNull(records);
        if (records.Count == 0)
            throw new ArgumentException("There must be at least one record.", nameof(records));
        int outputs = records[0].Targets.GetLength(1);
        foreach (var record in records)
            RequireShape(record, outputs);
        return new(Enumerable.Range(0, outputs).Select(output => Autoregression.Fit(
            Quarters(records, output), Autoregression.MostOrder, (a, errors) => SquaredError(a, errors, told: int.MaxValue, from: 0))));
    }

    /// <summary>
    /// Fits the noise model that extrapolates from the first errors of a run: order and penalty are chosen by the errors of the steps
    /// behind those.
    /// </summary>
    /// <param name="errors">Of each output, the errors of runs that start in the midst of records.</param>
    /// <param name="told">How many errors are told at the start of a run.</param>
    internal static NoiseModel FitRuns(IReadOnlyList<IReadOnlyList<double[]>> errors, int told)
        => new(errors.Select(runs => Autoregression.Fit(
            runs, Math.Min(told, Autoregression.MostOrder), (a, run) => SquaredError(a, run, told, from: told))));

    /// <summary>Predicts every time step of a record from what was measured up to some steps before it.</summary>
    /// <param name="record">Targets, and the simulation of them.</param>
    /// <param name="steps">How many steps ahead, at least 1. The more, the nearer to the simulation.</param>
    /// <returns>The predictions, (steps of the record, outputs).</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="steps"/> is below 1.</exception>
    /// <exception cref="ArgumentException">The record has not the outputs that this was fitted to.</exception>
    public double[,] Predict(ResponseRecord record, int steps = 1)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        RequireShape(record, _coefficients.Length);
        int length = record.Targets.GetLength(0);
        var predictions = (double[,])record.Predictions.Clone();
        for (int output = 0; output < _coefficients.Length; output++)
        {
            double[] a = _coefficients[output];
            float[] before = new float[a.Length], ahead = new float[a.Length];
            for (int t = 0; t < length; t++)
            {
                // The errors before this step are known; from them the error is extrapolated for as many steps as asked for.
                before.CopyTo(ahead, 0);
                double expected = 0;
                for (int k = 0; k < steps && t + k < length; k++)
                    Autoregression.Push(ahead, expected = Autoregression.Next(a, ahead));
                if (t + steps - 1 < length)
                    predictions[t + steps - 1, output] += expected;
                double error = record.Targets[t, output] - record.Predictions[t, output];
                Autoregression.Push(before, double.IsFinite(error) ? error : Autoregression.Next(a, before));
            }
        }
        return predictions;
    }

    /// <summary>
    /// Makes one time step: takes in the errors of an answer whose targets are known, or adds to the answer what is expected of its error.
    /// </summary>
    /// <param name="answer">The outputs of the simulation, (outputs).</param>
    /// <param name="targets">What was measured, (outputs), NaN where it is not known; empty behind the steps that are told.</param>
    /// <param name="state">(StateSize); zeros before the first step.</param>
    internal void Step(Span<float> answer, ReadOnlySpan<float> targets, Span<float> state)
    {
        for (int output = 0; output < _coefficients.Length; output++)
        {
            double[] a = _coefficients[output];
            var before = state[..a.Length];
            state = state[a.Length..];
            double expected = Autoregression.Next(a, before);
            double error = targets.IsEmpty ? double.NaN : (double)targets[output] - answer[output];
            Autoregression.Push(before, double.IsFinite(error) ? error : expected);
            if (targets.IsEmpty && a.Length > 0)
                answer[output] = (float)(answer[output] + expected);
        }
    }

    // The squared errors from a step on, of which so many at the start are told.
    private static double SquaredError(double[] a, double[] errors, int told, int from)
    {
        var before = new float[a.Length];
        double sum = 0;
        for (int t = 0; t < errors.Length; t++)
        {
            double expected = Autoregression.Next(a, before), difference = errors[t] - expected;
            bool known = double.IsFinite(errors[t]);
            if (t >= from && known)
                sum += difference * difference;
            Autoregression.Push(before, t < told && known ? errors[t] : expected);
        }
        return sum;
    }

    // Quarters of the steps of all records, so that each is held out once.
    private static List<double[]> Quarters(IReadOnlyList<ResponseRecord> records, int output)
    {
        var pieces = new List<double[]>();
        foreach (var record in records)
        {
            int length = record.Targets.GetLength(0), parts = records.Count < 4 ? 4 : 1;
            for (int part = 0; part < parts; part++)
            {
                int start = (int)((long)length * part / parts), end = (int)((long)length * (part + 1) / parts);
                pieces.Add([.. Enumerable.Range(start, end - start).Select(
                    t => record.Targets[t, output] - record.Predictions[t, output])]);
            }
        }
        return pieces;
    }

    private static void RequireShape(ResponseRecord record, int outputs)
    {
        if (record.Targets.GetLength(1) != outputs || record.Predictions.GetLength(1) != outputs
            || record.Predictions.GetLength(0) != record.Targets.GetLength(0))
            throw new ArgumentException(
                $"All records must have {outputs} outputs in targets and predictions, at the same time steps. One has targets "
                + $"({record.Targets.GetLength(0)}, {record.Targets.GetLength(1)}) and predictions "
                + $"({record.Predictions.GetLength(0)}, {record.Predictions.GetLength(1)}).",
                nameof(record));
    }
}
