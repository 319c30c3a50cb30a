using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// The kinds of models of some outputs, which are known in the same rows, on the features of all banks, and their stack. Each kind is a
/// ridge regression whose penalty is chosen on stretches that are held out; the stack weighs them by what each predicts for the stretches
/// that it has not seen.
/// </summary>
internal sealed class StepStack(StepBank model, StepRows rows)
{
    private static readonly double[] Scales = [0.1, 0.3, 1, 3];

    // Beyond so many rows, errors that go on from step to step are averaged out, and are not worth another pass.
    private const int MostWhitened = 100_000;

    private readonly FoldedMoments[] _moments = new FoldedMoments[model.Banks.Length];
    private readonly FoldedMoments[] _whitened = new FoldedMoments[model.Banks.Length];

    /// <summary>Takes the moments of the features of a bank, which must be drawn.</summary>
    /// <param name="index">The bank.</param>
    /// <param name="values">The parameters.</param>
    /// <param name="correlation">Of the errors of neighbouring rows.</param>
    public void Add(int index, ReadOnlySpan<float> values, double correlation)
    {
        var bank = model.Banks[index];
        _moments[index] = new FoldedMoments(bank, values, rows, bank.Size);
        _whitened[index] = Whitens ? new FoldedMoments(bank, values, rows, bank.Size, correlation) : _moments[index];
    }

    /// <summary>Solves for all kinds, stacks them, and adds them to the read-out.</summary>
    /// <param name="parameters">The parameters, which receive the read-out.</param>
    /// <param name="outputs">The places of these outputs among all.</param>
    /// <param name="results">Receives what was found.</param>
    /// <param name="workers">Threads.</param>
    /// <param name="heldOut">Receives what is predicted for rows that were held out, (rows, all outputs); may be empty.</param>
    /// <param name="feedback">What the model with feedback answered for rows that were held out; it then knows all outputs.</param>
    /// <param name="cancellation">Ends the work.</param>
    public void Solve(
        ParameterSet parameters, int[] outputs, StepBankFit.Result[] results, Workers workers, Memory<double> heldOut,
        double[]? feedback, CancellationToken cancellation)
    {
        var kinds = Kinds(out int linear);
        var predictions = new double[kinds.Count][];
        // The last kinds take longest, so they begin.
        workers.Run(kinds.Count, (_, piece) =>
        {
            int k = kinds.Count - 1 - piece;
            var (kind, learn, scales) = kinds[k];
            kind.Choose(learn, _moments, outputs.Length, StepBankFit.Penalties, scales, cancellation);
            predictions[k] = new double[rows.Count * outputs.Length];
            for (int i = 0; i < model.Banks.Length; i++)
                kind.Predict(model.Banks[i], parameters.Values, rows, learn[i], _moments[i], predictions[k], 1.0 / model.Banks.Length);
        });
        if (feedback is not null)
            predictions = [.. predictions, feedback];
        var bias = model.Bias.Of(parameters.Values);
        for (int p = 0; p < outputs.Length; p++)
        {
            var stack = new StackedOutput(rows, predictions, p, feedback is null ? 0 : model.Sizes.FeedbackLags / 2);
            var result = results[outputs[p]] = stack.Solve(linear);
            // What the members add is relative to the mean of the targets, so where all weights are 0 the answer is the mean.
            double rest = (1 - result.Weights.Sum()) * stack.Mean;
            if (feedback is not null)
                model.Share!.Of(parameters.Values)[outputs[p]] = (float)result.Weights[^1];
            bias[outputs[p]] = (float)rest;
            for (int row = 0; row < rows.Count && !heldOut.IsEmpty; row++)
            {
                double sum = rest;
                for (int k = 0; k < predictions.Length; k++)
                    sum += result.Weights[k] * predictions[k][row * outputs.Length + p];
                heldOut.Span[row * model.Sizes.Outputs + outputs[p]] = sum;
            }
        }
        SetReadOut(parameters, outputs, kinds, results);
    }

    private bool Whitens => rows.Count <= MostWhitened;

    private List<(ReadOutKind Kind, FoldedMoments[] Learn, double[] Scales)> Kinds(out int linear)
    {
        var bank = model.Banks[0];
        List<(ReadOutKind Kind, FoldedMoments[] Learn, double[] Scales)> kinds = [];
        int few = bank.Inputs + model.Sizes.Outputs * model.Sizes.PoleOrder;
        kinds.Add((new ReadOutKind(few), _whitened, [1]));
        if (Whitens)
            kinds.Add((new ReadOutKind(bank.LinearSize), _whitened, [1]));
        kinds.Add((new ReadOutKind(bank.LinearSize), _moments, [1]));
        linear = kinds.Count;
        if (bank.Mixtures > 0)
            kinds.Add((new ReadOutKind(bank.WienerSize, bank.LinearSize), _moments, Scales));
        if (bank.MixedFilters is not null)
            kinds.Add((new ReadOutKind(bank.Size, bank.LinearSize), _moments, Scales));
        if (bank.MixedFilters is not null && Whitens)
            kinds.Add((new ReadOutKind(bank.Size, bank.LinearSize), _whitened, Scales));
        return kinds;
    }

    private void SetReadOut(
        ParameterSet parameters, int[] outputs, List<(ReadOutKind Kind, FoldedMoments[] Learn, double[] Scales)> kinds,
        StepBankFit.Result[] results)
    {
        int size = model.FeatureSize, columns = model.Banks.Length * size;
        var readOut = model.ReadOut.Of(parameters.Values);
        var bias = model.Bias.Of(parameters.Values);
        var sums = new double[outputs.Length * size];
        var constants = new double[outputs.Length];
        for (int i = 0; i < model.Banks.Length; i++)
        {
            Array.Clear(sums);
            for (int k = 0; k < kinds.Count; k++)
            {
                var w = kinds[k].Kind.Coefficients(kinds[k].Learn[i], _moments[i], StepRows.Folds, outputs.Length);
                for (int p = 0; p < outputs.Length; p++)
                {
                    double weight = results[outputs[p]].Weights[k] / model.Banks.Length;
                    constants[p] += weight * w[p, 0];
                    for (int j = 0; j < kinds[k].Kind.Columns; j++)
                        sums[p * size + j] += weight * w[p, 1 + j];
                }
            }
            for (int p = 0; p < outputs.Length; p++)
                for (int j = 0; j < size; j++)
                    readOut[outputs[p] * columns + i * size + j] = (float)sums[p * size + j];
        }
        for (int p = 0; p < outputs.Length; p++)
            bias[outputs[p]] = (float)(bias[outputs[p]] + constants[p]);
    }
}
