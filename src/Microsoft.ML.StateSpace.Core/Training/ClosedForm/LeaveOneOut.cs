using System.Numerics.Tensors;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// Ridge regression with more features than rows, solved exactly for every penalty by one eigendecomposition of the Gram matrix of the
/// rows, <c>K = Z Z^T</c>, where Z is centred. The error of a row that is left out follows from the fit of all rows:
/// <c>e_i = a (G y)_i / (a G_ii - w_i / sum w)</c> with <c>G = (K + a I)^-1</c> (leave-one-out; Golub, Heath, Wahba 1979). Rows that count
/// w times are multiplied by <c>sqrt(w)</c>.
/// </summary>
internal static class LeaveOneOut
{
    // Penalties, as multiples of the mean squared length of a row: from 1e-4 to 1e3, in half decades.
    private const int FirstPenalty = -8, LastPenalty = 6;

    // The squared length of a row where all features are constant.
    private const double Tiny = 1e-20;

    /// <param name="features">
    /// (rows, features): standardised, with weighted mean zero over the rows; multiplied by the roots of the weights.
    /// </param>
    /// <param name="targets">The targets.</param>
    /// <param name="workers">Threads.</param>
    /// <returns>The read-out of the features as given, without those roots.</returns>
    public static ReadOut Solve(float[] features, ReadOutTargets targets, Workers workers)
    {
        int rows = targets.Count, outputs = targets.Outputs, width = features.Length / rows;
        double[] roots = Array.ConvertAll(targets.Weights, weight => Math.Sqrt(weight));
        double total = targets.Weights.Sum(weight => (double)weight);
        var bias = Means(targets, total);
        var y = new double[outputs * rows]; // (outputs, rows): the weighted distance from the mean
        for (int i = 0; i < rows; i++)
            for (int k = 0; k < outputs; k++)
                y[k * rows + i] = roots[i] * (targets.Values[i * outputs + k] - bias[k]);
        double[] gram = Gram.OfRows(features, rows, workers);
        double length = 0;
        for (int i = 0; i < rows; i++)
            length += gram[i * rows + i] / rows;
        length = Math.Max(length, Tiny);
        Center(gram, roots, total);
        var (values, vectors) = SymmetricEigen.Decompose(gram, rows);
        var projections = new double[outputs * rows];
        for (int k = 0; k < outputs; k++)
            for (int j = 0; j < rows; j++)
                projections[k * rows + j] = TensorPrimitives.Dot(vectors.AsSpan(j * rows, rows), y.AsSpan(k * rows, rows));

        double least = double.PositiveInfinity, penalty = 0;
        double[] scores = [], chosen = [];
        for (int e = FirstPenalty; e <= LastPenalty; e++)
        {
            double a = length * Math.Pow(10, e / 2.0);
            var (left, dual) = LeftOut(a, values, vectors, projections, targets, roots, total);
            double loss = LeftOutScores.Loss(left, targets, 0);
            if (loss < least)
                (least, penalty, scores, chosen) = (loss, a / length, left, dual);
        }
        double factor = LeftOutScores.Calibrate(scores, targets, 0);
        var (judged, metric) = LeftOutScores.Judge(scores, targets, 0, factor);
        var weight = new float[outputs * width];
        for (int k = 0; k < outputs; k++)
        {
            var own = weight.AsSpan(k * width, width);
            for (int i = 0; i < rows; i++)
                TensorPrimitives.MultiplyAdd(features.AsSpan(i * width, width), (float)(factor * chosen[k * rows + i]), own, own);
        }
        return new ReadOut(weight, [.. bias.Select(b => (float)(factor * b))], penalty, judged, metric);
    }

    /// <summary>The weighted mean of each output.</summary>
    public static double[] Means(ReadOutTargets targets, double total)
    {
        var means = new double[targets.Outputs];
        for (int i = 0; i < targets.Count; i++)
            for (int k = 0; k < means.Length; k++)
                means[k] += targets.Weights[i] / total * targets.Values[i * means.Length + k];
        return means;
    }

    // Features have mean zero but for rounding. What rounding leaves of the mean is taken out of the Gram matrix: else its eigenvalue,
    // which ought to be zero, would count beside a small penalty, and decide the error of a row that is left out.
    private static void Center(double[] gram, double[] roots, double total)
    {
        int rows = roots.Length;
        double[] unit = Array.ConvertAll(roots, root => root / Math.Sqrt(total));
        double[] along = [.. Enumerable.Range(0, rows).Select(i => TensorPrimitives.Dot<double>(gram.AsSpan(i * rows, rows), unit))];
        double both = TensorPrimitives.Dot<double>(along, unit);
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < rows; j++)
                gram[i * rows + j] += both * unit[i] * unit[j] - along[i] * unit[j] - unit[i] * along[j];
    }

    // The scores (rows, outputs) of rows that are left out, and G y (outputs, rows).
    private static (double[] Scores, double[] Dual) LeftOut(
        double a, double[] values, double[] vectors, double[] projections, ReadOutTargets targets, double[] roots, double total)
    {
        int rows = targets.Count, outputs = targets.Outputs;
        double[] diagonal = new double[rows], dual = new double[outputs * rows], scores = new double[rows * outputs];
        for (int j = 0; j < rows; j++)
        {
            var vector = vectors.AsSpan(j * rows, rows);
            double inverse = 1 / (Math.Max(values[j], 0) + a);
            for (int i = 0; i < rows; i++)
                diagonal[i] += vector[i] * vector[i] * inverse;
            for (int k = 0; k < outputs; k++)
            {
                var own = dual.AsSpan(k * rows, rows);
                TensorPrimitives.MultiplyAdd(vector, projections[k * rows + j] * inverse, own, own);
            }
        }
        for (int i = 0; i < rows; i++)
        {
            // What is left of a row's own weight; next to nothing where its features are those of no other row.
            double rest = Math.Max(a * diagonal[i] - roots[i] * roots[i] / total, 1e-12);
            for (int k = 0; k < outputs; k++)
                scores[i * outputs + k] = targets.Values[i * outputs + k] - a * dual[k * rows + i] / rest / roots[i];
        }
        return (scores, dual);
    }
}
