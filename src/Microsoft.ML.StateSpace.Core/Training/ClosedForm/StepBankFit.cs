using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// Fits a <see cref="StepBank"/> in closed form. Four kinds of model are nested in its features: a linear one with the estimated poles
/// alone, a linear one with all filters, a Wiener model and a Wiener-Hammerstein model. Each is a ridge regression whose penalty is chosen
/// on stretches of time that are held out in turn; then they are stacked, by weights from what each predicts for the stretches that it has
/// not seen. All kinds are linear in the same features, so the stack is one read-out.
/// Source of stacking: Breiman, "Stacked Regressions", 1996. The draw depends on the seed alone.
/// </summary>
internal static class StepBankFit
{
    private static readonly double[] Penalties = [1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1];
    private static readonly double[] Scales = [0.1, 0.3, 1, 3];

    /// <summary>What was found for an output.</summary>
    /// <param name="HeldOutError">The mean squared error on what is held out, in shares of the variance.</param>
    /// <param name="LinearError">The same of the linear members alone.</param>
    /// <param name="Weights">The weight of each kind.</param>
    internal sealed record Result(double HeldOutError, double LinearError, double[] Weights);

    /// <summary>Draws the banks, and sets the read-out.</summary>
    /// <param name="model">The model.</param>
    /// <param name="parameters">Its parameters, all of which are set.</param>
    /// <param name="rows">The training rows.</param>
    /// <param name="seed">The draw.</param>
    /// <param name="cancellation">Ends the fit between two parts of it.</param>
    /// <returns>For each output.</returns>
    public static Result[] Fit(StepBank model, ParameterSet parameters, StepRows rows, int seed, CancellationToken cancellation = default)
    {
        double length = (double)rows.Count / (rows.Starts.Length - 1);
        var modes = Modes(rows, model.Sizes.PoleOrder);
        var moments = new FoldedMoments[model.Banks.Length];
        var whitened = new FoldedMoments[moments.Length];
        for (int i = 0; i < moments.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var bank = model.Banks[i];
            var random = new Random(unchecked(seed * 31 + i));
            BankDraw.SetInputFilters(bank, parameters, modes, model.Sizes.PoleOrder, length, random);
            var linear = new FoldedMoments(bank, parameters.Values, rows, bank.LinearSize);
            var kind = new ReadOutKind(bank.LinearSize);
            kind.Choose([linear], [linear], rows.Outputs, Penalties, [1], cancellation);
            var estimates = kind.Coefficients(linear, linear, StepRows.Folds, rows.Outputs);
            int drawn = bank.Inputs + rows.Outputs * model.Sizes.PoleOrder;
            BankDraw.SetMixtures(bank, parameters, linear.All, estimates, drawn, length, random);
            moments[i] = new FoldedMoments(bank, parameters.Values, rows, bank.Size);
            whitened[i] = new FoldedMoments(bank, parameters.Values, rows, bank.Size, Whitening(bank, parameters, rows, linear, kind));
        }
        return Stack(model, parameters, rows, moments, whitened, cancellation);
    }

    private static List<EquationError.Mode[]> Modes(StepRows rows, int most)
    {
        var modes = new List<EquationError.Mode[]>();
        var target = new float[rows.Count];
        for (int p = 0; p < rows.Outputs; p++)
        {
            for (int row = 0; row < rows.Count; row++)
                target[row] = rows.Targets[row * rows.Outputs + p];
            modes.Add(EquationError.Modes(rows.Inputs, rows.Channels, rows.Starts, target, most));
        }
        return modes;
    }

    // The correlation of the errors of neighbouring rows that were held out, over all outputs.
    private static double Whitening(StepFeatures bank, ParameterSet parameters, StepRows rows, FoldedMoments moments, ReadOutKind kind)
    {
        var predictions = new double[rows.Count * rows.Outputs];
        kind.Predict(bank, parameters.Values, rows, moments, moments, predictions);
        double together = 0, alone = 0;
        for (int i = rows.Outputs; i < predictions.Length; i++)
        {
            double error = rows.Targets[i] - predictions[i], before = rows.Targets[i - rows.Outputs] - predictions[i - rows.Outputs];
            if (double.IsNaN(error * before))
                continue;
            together += error * before;
            alone += before * before;
        }
        return alone > 0 ? Math.Clamp(together / alone, 0, 0.999) : 0;
    }

    private static Result[] Stack(
        StepBank model, ParameterSet parameters, StepRows rows, FoldedMoments[] moments, FoldedMoments[] whitened,
        CancellationToken cancellation)
    {
        var bank = model.Banks[0];
        int outputs = rows.Outputs, few = bank.Inputs + outputs * model.Sizes.PoleOrder;
        List<(ReadOutKind Kind, FoldedMoments[] Learn, double[] Scales)> kinds =
        [
            (new ReadOutKind(few), whitened, [1]), (new ReadOutKind(bank.LinearSize), whitened, [1]),
            (new ReadOutKind(bank.LinearSize), moments, [1]),
        ];
        int linear = kinds.Count;
        if (bank.Mixtures > 0)
            kinds.Add((new ReadOutKind(bank.WienerSize, bank.LinearSize), moments, Scales));
        if (bank.MixedFilters is not null)
        {
            kinds.Add((new ReadOutKind(bank.Size, bank.LinearSize), moments, Scales));
            kinds.Add((new ReadOutKind(bank.Size, bank.LinearSize), whitened, Scales));
        }
        var predictions = new double[kinds.Count][];
        for (int k = 0; k < kinds.Count; k++)
        {
            var (kind, learn, scales) = kinds[k];
            kind.Choose(learn, moments, outputs, Penalties, scales, cancellation);
            predictions[k] = new double[rows.Count * outputs];
            for (int i = 0; i < model.Banks.Length; i++)
                kind.Predict(model.Banks[i], parameters.Values, rows, learn[i], moments[i], predictions[k], 1.0 / model.Banks.Length);
        }
        var results = new Result[outputs];
        for (int p = 0; p < outputs; p++)
            results[p] = new StackedOutput(rows, predictions, p).Solve(linear);
        SetReadOut(model, parameters, [.. kinds.Select(kind => (kind.Kind, kind.Learn))], moments, results);
        return results;
    }

    // What the members add is relative to the mean of the targets, so where all weights are 0 the answer is the mean.
    private static void SetReadOut(
        StepBank model, ParameterSet parameters, (ReadOutKind Kind, FoldedMoments[] Learn)[] kinds, FoldedMoments[] moments,
        Result[] results)
    {
        int outputs = results.Length, size = model.FeatureSize, columns = model.Banks.Length * size;
        var readOut = model.ReadOut.Of(parameters.Values);
        var bias = model.Bias.Of(parameters.Values);
        readOut.Clear();
        var constants = new double[outputs];
        for (int i = 0; i < model.Banks.Length; i++)
        {
            for (int k = 0; k < kinds.Length; k++)
            {
                var w = kinds[k].Kind.Coefficients(kinds[k].Learn[i], moments[i], StepRows.Folds, outputs);
                for (int p = 0; p < outputs; p++)
                {
                    double weight = results[p].Weights[k] / model.Banks.Length;
                    constants[p] += weight * w[p, 0];
                    for (int j = 0; j < kinds[k].Kind.Columns; j++)
                        readOut[p * columns + i * size + j] += (float)(weight * w[p, 1 + j]);
                }
            }
        }
        var all = moments[0].All;
        for (int p = 0; p < outputs; p++)
        {
            double mean = all[0, all.Rows - outputs + p] / Math.Max(all[0, 0], 1);
            bias[p] = (float)(constants[p] + (1 - results[p].Weights.Sum()) * mean);
        }
    }
}
