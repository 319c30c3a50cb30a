using MathNet.Numerics.LinearAlgebra;

namespace Microsoft.ML.StateSpace.Accuracy.Regression;

/// <summary>
/// Ridge regression of the value on all numbers of a window, scaled, with a constant. The penalty is the one that answers best to the last
/// quarter of the training rows. Windows are as long as the shortest one that is learnt from; of a shorter one the first step stands for
/// those that are missing.
/// </summary>
internal sealed class RidgeOverWindows
{
    private static readonly double[] Penalties = [1e-4, 1e-3, 1e-2, 1e-1, 1];

    private readonly double[] _means, _deviations;
    private readonly Vector<double> _weights;
    private readonly double _constant;
    private readonly int _channels;

    private RidgeOverWindows(double[] means, double[] deviations, Vector<double> weights, double constant, int channels, double penalty)
        => (_means, _deviations, _weights, _constant, _channels, Penalty) = (means, deviations, weights, constant, channels, penalty);

    /// <summary>The penalty that was chosen, as a share of the number of rows.</summary>
    public double Penalty { get; }

    public static RidgeOverWindows Train(IReadOnlyList<Window> windows, int channels)
    {
        int size = windows.Min(window => window.Features.Length), part = windows.Count - windows.Count / 4;
        double[][] rows = [.. windows.Select(window => Fit(window.Features, size, channels))];
        double[] means = [.. Enumerable.Range(0, size).Select(j => rows.Average(row => row[j]))];
        double[] deviations = [.. Enumerable.Range(0, size).Select(j => Math.Sqrt(rows.Average(row => Math.Pow(row[j] - means[j], 2))))];
        var scaled = Matrix<double>.Build.Dense(
            rows.Length, size, (i, j) => deviations[j] > 0 ? (rows[i][j] - means[j]) / deviations[j] : 0);
        var targets = Vector<double>.Build.Dense(rows.Length, i => windows[i].Label);
        Matrix<double> learnt = scaled.SubMatrix(0, part, 0, size), judged = scaled.SubMatrix(part, rows.Length - part, 0, size);
        Vector<double> known = targets.SubVector(0, part), asked = targets.SubVector(part, rows.Length - part);
        var gram = learnt.TransposeThisAndMultiply(learnt);
        double penalty = Penalties.MinBy(candidate =>
        {
            var (weights, constant) = Solve(gram, learnt, known, candidate);
            return (judged * weights + constant - asked).L2Norm();
        });
        var found = Solve(scaled.TransposeThisAndMultiply(scaled), scaled, targets, penalty);
        return new RidgeOverWindows(means, deviations, found.Weights, found.Constant, channels, penalty);
    }

    public double Predict(Window window)
    {
        double[] row = Fit(window.Features, _means.Length, _channels);
        double sum = _constant;
        for (int j = 0; j < row.Length; j++)
            sum += _deviations[j] > 0 ? _weights[j] * (row[j] - _means[j]) / _deviations[j] : 0;
        return sum;
    }

    // The rows of a part have means of their own.
    private static (Vector<double> Weights, double Constant) Solve(
        Matrix<double> gram, Matrix<double> rows, Vector<double> targets, double penalty)
    {
        double mean = targets.Average();
        var means = rows.ColumnSums() / rows.RowCount;
        var centred = gram - rows.RowCount * means.OuterProduct(means)
            + Matrix<double>.Build.DiagonalIdentity(rows.ColumnCount) * (penalty * rows.RowCount);
        var weights = centred.Cholesky().Solve(rows.TransposeThisAndMultiply(targets - mean));
        return (weights, mean - means * weights);
    }

    // The last steps, as many as there are to be.
    private static double[] Fit(float[] features, int size, int channels)
    {
        var row = new double[size];
        int missing = Math.Max(0, size - features.Length), skipped = Math.Max(0, features.Length - size);
        for (int j = 0; j < size; j++)
            row[j] = j < missing ? features[j % channels] : features[skipped + j - missing];
        return row;
    }
}
