using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Sequences;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// The features of the training sequences, one row a sequence, standardised, and the read-out that is solved for on them.
/// </summary>
internal sealed class FeatureRows(
    BankModel model, ParameterSet parameters, float[] prepared, SequenceSet data, ReadOutTargets targets, Workers workers,
    CancellationToken cancellation)
{
    // A feature that varies by less than this share of its magnitude is constant but for rounding, and says nothing.
    private const double Resolution = 1e-6;

    private readonly BankMemory[] _memories = new BankMemory[workers.Count];
    private readonly int _width = model.Bank.Features;

    /// <summary>Solves for the read-out of the features as the model counts them.</summary>
    /// <param name="seed">Chooses the rows that are held out, where there are too many to leave each out once.</param>
    public ReadOut Solve(int seed)
    {
        var features = Count();
        var (mean, scale) = Standardize(features);
        var solved = LeaveOneOut.Solve(features, targets, workers);
        return Unstandardize(solved, mean, scale);
    }

    // (rows, features)
    private float[] Count()
    {
        var features = new float[(long)targets.Count * _width];
        workers.Run(targets.Count, (worker, row) =>
        {
            cancellation.ThrowIfCancellationRequested();
            int index = targets.Rows[row];
            (_memories[worker] ??= new(model)).Features(
                new Weights(parameters.Values, prepared), data.Values(index), data.Intervals(index), features.AsSpan(row * _width, _width));
        });
        return features;
    }

    // Subtracts the weighted mean, divides by the deviation, and multiplies each row by the root of its weight.
    private (double[] Mean, double[] Scale) Standardize(float[] features)
    {
        double[] mean = new double[_width], scale = new double[_width];
        double total = targets.Weights.Sum(weight => (double)weight);
        for (int row = 0; row < targets.Count; row++)
        {
            double weight = targets.Weights[row] / total;
            for (int j = 0; j < _width; j++)
                mean[j] += weight * features[row * _width + j];
        }
        for (int row = 0; row < targets.Count; row++)
        {
            double weight = targets.Weights[row] / total;
            for (int j = 0; j < _width; j++)
                scale[j] += weight * (features[row * _width + j] - mean[j]) * (features[row * _width + j] - mean[j]);
        }
        for (int j = 0; j < _width; j++)
        {
            double deviation = Math.Sqrt(scale[j]);
            scale[j] = deviation > Resolution * Math.Max(1e-3, Math.Abs(mean[j])) ? 1 / deviation : 0;
        }
        workers.Run(targets.Count, (_, row) =>
        {
            double root = Math.Sqrt(targets.Weights[row]);
            for (int j = 0; j < _width; j++)
                features[row * _width + j] = (float)((features[row * _width + j] - mean[j]) * scale[j] * root);
        });
        return (mean, scale);
    }

    // w (f - mean) scale + b, as a read-out of f
    private ReadOut Unstandardize(ReadOut solved, double[] mean, double[] scale)
    {
        for (int k = 0; k < targets.Outputs; k++)
        {
            double bias = solved.Bias[k];
            for (int j = 0; j < _width; j++)
            {
                ref float weight = ref solved.Weight[k * _width + j];
                weight = (float)(weight * scale[j]);
                bias -= weight * mean[j];
            }
            solved.Bias[k] = (float)bias;
        }
        return solved;
    }
}
