using System.Numerics.Tensors;
using Microsoft.ML.StateSpace.Execution;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// Ridge regression with more features than rows, solved exactly for every penalty by one eigendecomposition of the Gram matrix of the
/// rows, <c>K = Z Z^T</c>, where Z is centred. The error of a row that is left out follows from the fit of all rows:
/// <c>e_i = a (G y)_i / (a G_ii - w_i / sum w)</c> with <c>G = (K + a I)^-1</c> (leave-one-out; Golub, Heath, Wahba 1979). Rows that count
/// w times are multiplied by <c>sqrt(w)</c>. Features come in blocks, and how much a block counts is chosen as the penalty is. Where
/// targets are values, neighbours among the rows are left out together (<see cref="LeftOutBlocks"/>).
/// </summary>
internal sealed class LeaveOneOut
{
    // Penalties, as multiples of the mean squared length of a row: from 1e-4 to 1e3, in half decades.
    private const int FirstPenalty = -8, LastPenalty = 6;

    // The squared length of a row where all features are constant.
    private const double Tiny = 1e-20;

    // Two blocks count as much as each other, unless another mixture makes the loss smaller by this factor.
    private const double Better = 0.95;

    private static readonly double[][] Mixtures = [[1, 1], [1, 0], [1, 0.3], [0.3, 1], [0, 1]];

    // What there is to choose from for the linear features; 1 is a linear model.
    private static readonly double[] LinearShares = [0.5, 0.9, 0.99, 0.999, 1];

    private readonly ReadOutTargets _targets;
    private readonly int[] _all;
    private readonly double[] _roots;
    private readonly double _total;
    private readonly double[] _means;
    private readonly double[] _y;

    private LeaveOneOut(ReadOutTargets targets)
    {
        int rows = targets.Count, outputs = targets.Outputs;
        _targets = targets;
        _all = [.. Enumerable.Range(0, rows)];
        _roots = Array.ConvertAll(targets.Weights, weight => Math.Sqrt(weight));
        _total = targets.Weights.Sum(weight => (double)weight);
        _means = Means(targets, _total);
        _y = new double[outputs * rows];
        for (int i = 0; i < rows; i++)
            for (int k = 0; k < outputs; k++)
                _y[k * rows + i] = _roots[i] * (targets.Values[i * outputs + k] - _means[k]);
    }

    /// <param name="features">
    /// (rows, features): standardised, with weighted mean zero over the rows; multiplied by the roots of the weights.
    /// </param>
    /// <param name="blocks">The columns of one or two blocks of features.</param>
    /// <param name="linear">The columns that are linear in the sequence, where there are such.</param>
    /// <param name="targets">The targets.</param>
    /// <param name="workers">Threads.</param>
    /// <returns>The read-out of the features as given, without those roots.</returns>
    public static ReadOut Solve(
        float[] features, IReadOnlyList<IReadOnlyList<Range>> blocks, Range? linear, ReadOutTargets targets, Workers workers)
        => new LeaveOneOut(targets).Solve(features, blocks, linear, workers);

    /// <summary>The weighted mean of each output.</summary>
    private static double[] Means(ReadOutTargets targets, double total)
    {
        var means = new double[targets.Outputs];
        for (int i = 0; i < targets.Count; i++)
            for (int k = 0; k < means.Length; k++)
                means[k] += targets.Weights[i] / total * targets.Values[i * means.Length + k];
        return means;
    }

    private ReadOut Solve(float[] features, IReadOnlyList<IReadOnlyList<Range>> blocks, Range? linear, Workers workers)
    {
        if (blocks.Count == 0)
            (blocks, linear) = ([[linear!.Value]], null);
        double[][] grams = [.. blocks.Select(block => Gram.OfRows(features, _targets.Count, block, workers))];
        double[][] mixtures = grams.Length == 2 ? Mixtures : [[1]];
        var found = new Fit[mixtures.Length];
        workers.Run(mixtures.Length, (_, i) => found[i] = Best(Mix(grams, mixtures[i])));
        int best = 0;
        for (int i = 1; i < found.Length; i++)
        {
            if (found[i].Loss < (best == 0 ? Better : 1) * found[best].Loss)
                best = i;
        }
        var (fit, mixture) = (found[best], mixtures[best]);
        if (linear is Range columns)
        {
            blocks = [.. blocks, [columns]];
            (fit, mixture) = WithLinear(fit, mixture, [.. grams, Gram.OfRows(features, _targets.Count, [columns], workers)], workers);
        }
        double factor = LeftOutScores.Calibrate(fit.Scores, _targets, _all);
        var (loss, metric) = LeftOutScores.Judge(fit.Scores, _targets, _all, factor);
        float[] weight = Weight(features, fit.Dual, factor);
        for (int b = 0; b < blocks.Count; b++)
            Scale(weight, blocks[b], (float)mixture[b]);
        return new ReadOut(weight, [.. _means.Select(mean => (float)(factor * mean))], fit.Penalty, loss, metric);
    }

    // The largest share of the linear features in the squared length of a row whose loss is that of the best share but for chance. The
    // mixture of the others stays as it was found without them.
    private (Fit, double[]) WithLinear(Fit without, double[] mixture, double[][] grams, Workers workers)
    {
        double length = Length(Mix(grams, mixture)), own = Length(grams[^1]);
        double[][] mixtures =
        [
            [.. mixture, 0],
            .. LinearShares.Select(share => (double[])[.. mixture.Select(m => m * (1 - share)), share * length / Math.Max(own, Tiny)]),
        ];
        var found = new Fit[mixtures.Length];
        found[0] = without;
        workers.Run(LinearShares.Length, (_, i) => found[1 + i] = Best(Mix(grams, mixtures[1 + i])));
        int least = 0;
        for (int i = 1; i < found.Length; i++)
        {
            if (found[i].Loss < found[least].Loss)
                least = i;
        }
        int chosen = mixtures.Length - 1;
        while (chosen > least && !StandardError.Explains(Differences(found[chosen], found[least])))
            chosen--;
        return (found[chosen], mixtures[chosen]);
    }

    // How much larger the squared error of each row is.
    private double[] Differences(Fit fit, Fit best)
    {
        var differences = new double[_targets.Count];
        for (int i = 0; i < fit.Scores.Length; i++)
        {
            double error = fit.Scores[i] - _targets.Values[i], least = best.Scores[i] - _targets.Values[i];
            differences[i / _targets.Outputs] += error * error - least * least;
        }
        return differences;
    }

    // The mean squared length of a row.
    private double Length(double[] gram)
    {
        double length = 0;
        for (int i = 0; i < _targets.Count; i++)
            length += gram[i * _targets.Count + i] / _targets.Count;
        return Math.Max(length, Tiny);
    }

    private static double[] Mix(double[][] grams, double[] mixture)
    {
        var mixed = new double[grams[0].Length];
        for (int b = 0; b < mixture.Length; b++)
            TensorPrimitives.MultiplyAdd(grams[b], mixture[b], mixed, mixed);
        return mixed;
    }

    // The best penalty for a Gram matrix, which is destroyed.
    private Fit Best(double[] gram)
    {
        int rows = _targets.Count, outputs = _targets.Outputs;
        double length = Length(gram);
        Center(gram);
        var (values, vectors) = SymmetricEigen.Decompose(gram, rows);
        var projections = new double[outputs * rows];
        for (int k = 0; k < outputs; k++)
            for (int j = 0; j < rows; j++)
                projections[k * rows + j] = TensorPrimitives.Dot<double>(vectors.AsSpan(j * rows, rows), _y.AsSpan(k * rows, rows));
        var best = new Fit(double.PositiveInfinity, 0, [], []);
        for (int e = FirstPenalty; e <= LastPenalty; e++)
        {
            double penalty = Math.Pow(10, e / 2.0);
            var (scores, dual) = LeftOut(penalty * length, values, vectors, projections);
            double loss = LeftOutScores.Loss(scores, _targets, _all);
            if (loss < best.Loss)
                best = new Fit(loss, penalty, scores, dual);
        }
        return best;
    }

    // Features have mean zero but for rounding. What rounding leaves of the mean is taken out of the Gram matrix: else its eigenvalue,
    // which ought to be zero, would count beside a small penalty, and decide the error of a row that is left out.
    private void Center(double[] gram)
    {
        int rows = _roots.Length;
        double[] unit = Array.ConvertAll(_roots, root => root / Math.Sqrt(_total));
        double[] along = [.. _all.Select(i => TensorPrimitives.Dot<double>(gram.AsSpan(i * rows, rows), unit))];
        double both = TensorPrimitives.Dot<double>(along, unit);
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < rows; j++)
                gram[i * rows + j] += both * unit[i] * unit[j] - along[i] * unit[j] - unit[i] * along[j];
    }

    // The scores (rows, outputs) of rows that are left out, and G y (outputs, rows).
    private (double[] Scores, double[] Dual) LeftOut(double a, double[] values, double[] vectors, double[] projections)
    {
        int rows = _targets.Count, outputs = _targets.Outputs;
        double[] diagonal = new double[rows], dual = new double[outputs * rows], scores = new double[rows * outputs];
        double[] inverses = new double[rows];
        for (int j = 0; j < rows; j++)
        {
            var vector = vectors.AsSpan(j * rows, rows);
            double inverse = inverses[j] = 1 / (Math.Max(values[j], 0) + a);
            for (int i = 0; _targets.Classes is not null && i < rows; i++)
                diagonal[i] += vector[i] * vector[i] * inverse;
            for (int k = 0; k < outputs; k++)
            {
                var own = dual.AsSpan(k * rows, rows);
                TensorPrimitives.MultiplyAdd(vector, projections[k * rows + j] * inverse, own, own);
            }
        }
        if (_targets.Classes is null)
        {
            LeftOutBlocks.Scores(a, vectors, inverses, dual, _targets, _total, scores);
            return (scores, dual);
        }
        for (int i = 0; i < rows; i++)
        {
            // What is left of a row's own weight; next to nothing where its features are those of no other row.
            double rest = Math.Max(a * diagonal[i] - _roots[i] * _roots[i] / _total, 1e-12);
            for (int k = 0; k < outputs; k++)
                scores[i * outputs + k] = _targets.Values[i * outputs + k] - a * dual[k * rows + i] / rest / _roots[i];
        }
        return (scores, dual);
    }

    // Z^T G y, (outputs, features)
    private float[] Weight(float[] features, double[] dual, double factor)
    {
        int rows = _targets.Count, width = features.Length / rows;
        var weight = new float[_targets.Outputs * width];
        for (int k = 0; k < _targets.Outputs; k++)
        {
            var own = weight.AsSpan(k * width, width);
            for (int i = 0; i < rows; i++)
                TensorPrimitives.MultiplyAdd(features.AsSpan(i * width, width), (float)(factor * dual[k * rows + i]), own, own);
        }
        return weight;
    }

    private void Scale(float[] weight, IReadOnlyList<Range> block, float share)
    {
        int width = weight.Length / _targets.Outputs;
        for (int k = 0; k < _targets.Outputs; k++)
        {
            var own = weight.AsSpan(k * width, width);
            foreach (var range in block)
                TensorPrimitives.Multiply(own[range], share, own[range]);
        }
    }

    /// <summary>What one penalty gives.</summary>
    private sealed record Fit(double Loss, double Penalty, double[] Scores, double[] Dual);
}
