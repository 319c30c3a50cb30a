using Microsoft.ML.StateSpace.Execution;
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
    // A feature that varies by less than this share of its magnitude, or of the smallest, is constant but for rounding.
    private const double Resolution = 1e-6, Smallest = 1e-3;

    private readonly BankMemory[] _memories = new BankMemory[workers.Count];
    private readonly int _width = model.Features;

    /// <summary>The most rows of which each is left out once; the work grows with their third power.</summary>
    public const int MostLeftOut = 1500;

    /// <summary>Solves for the read-out of the features as the model counts them.</summary>
    /// <param name="seed">Chooses the rows that are held out, where there are too many to leave each out once.</param>
    public ReadOut Solve(int seed)
    {
        // Where there are more, the statistics of the features are those of some rows at equal distances.
        int sampled = Math.Min(targets.Count, MostLeftOut);
        int[] sample = [.. Enumerable.Range(0, sampled).Select(i => (int)((long)i * targets.Count / sampled))];
        var features = new float[(long)sampled * _width];
        Count(sample, features);
        var (mean, scale) = Statistics(sample, features);
        if (sampled == targets.Count)
        {
            Standardize(features, sampled, mean, scale, isWeighted: true);
            return Unstandardize(LeaveOneOut.Solve(features, Blocks(), Linear, targets, workers), mean, scale);
        }
        features = [];
        var solved = HeldOutRidge.Solve(_width, targets, (rows, buffer) =>
        {
            Count(rows.ToArray(), buffer);
            Standardize(buffer, rows.Length, mean, scale, isWeighted: false);
        }, seed, workers, cancellation);
        return Unstandardize(solved, mean, scale);
    }

    // The features of groups that count whole sequences, and of groups that count parts.
    private IReadOnlyList<IReadOnlyList<Range>> Blocks()
    {
        List<Range> whole = [], parts = [];
        for (int group = 0; group < model.Bank.Groups; group++)
        {
            var block = model.Bank.Parts(group) == 1 ? whole : parts;
            block.Add((group * PooledBank.GroupFeatures)..((group + 1) * PooledBank.GroupFeatures));
        }
        return [.. new[] { whole, parts }.Where(block => block.Count > 0)];
    }

    // The features that are linear in the sequence.
    private Range? Linear => model.Linear is null ? null : model.Bank.Features.._width;

    // The features of some rows of the targets, (rows, features).
    private void Count(int[] rows, float[] features)
        => workers.Run(rows.Length, (worker, i) =>
        {
            cancellation.ThrowIfCancellationRequested();
            int index = targets.Rows[rows[i]];
            (_memories[worker] ??= new(model)).Features(
                new Weights(parameters.Values, prepared), data.Values(index), data.Intervals(index), features.AsSpan(i * _width, _width));
        });

    // The weighted mean and the inverse of the deviation of each feature.
    private (double[] Mean, double[] Scale) Statistics(int[] rows, float[] features)
    {
        double[] mean = new double[_width], scale = new double[_width];
        double total = rows.Sum(row => (double)targets.Weights[row]);
        for (int i = 0; i < rows.Length; i++)
        {
            double weight = targets.Weights[rows[i]] / total;
            for (int j = 0; j < _width; j++)
                mean[j] += weight * features[i * _width + j];
        }
        for (int i = 0; i < rows.Length; i++)
        {
            double weight = targets.Weights[rows[i]] / total;
            for (int j = 0; j < _width; j++)
                scale[j] += weight * (features[i * _width + j] - mean[j]) * (features[i * _width + j] - mean[j]);
        }
        for (int j = 0; j < _width; j++)
        {
            double deviation = Math.Sqrt(scale[j]);
            scale[j] = deviation > Resolution * Math.Max(Smallest, Math.Abs(mean[j])) ? 1 / deviation : 0;
        }
        return (mean, scale);
    }

    // Subtracts the mean and divides by the deviation; multiplies each row by the root of its weight where asked for.
    private void Standardize(float[] features, int rows, double[] mean, double[] scale, bool isWeighted)
        => workers.Run(rows, (_, i) =>
        {
            double root = isWeighted ? Math.Sqrt(targets.Weights[i]) : 1;
            for (int j = 0; j < _width; j++)
                features[i * _width + j] = (float)((features[i * _width + j] - mean[j]) * scale[j] * root);
        });

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
