using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>
/// An autoregression of errors, <c>e_t = sum over i in 1 .. p of a_i e_{t-i} + w_t</c>, by ridge regression in double. Order and penalty
/// are those that predict quarters of the data best that were held out; the order is 0 where none predicts better than no errors at all.
/// Its poles are drawn inside of the unit circle, so what it predicts decays.
/// </summary>
internal static class Autoregression
{
    private static readonly int[] Orders = [1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 40, 50];
    private static readonly double[] Penalties = [1e-6, 1e-4, 1e-2];

    private const int Folds = 4;

    // A coefficient wants so many rows at least.
    private const int RowsOfCoefficient = 4;

    // A series wants to be so many times as long as the order, since its first rows have too few before them.
    private const int StepsOfOrder = 4;

    private const double LargestPole = 0.999;

    /// <summary>The largest order that is tried.</summary>
    public static int MostOrder => Orders[^1];

    /// <param name="series">Stretches of errors in the order of time, (steps) each; NaN is not known.</param>
    /// <param name="most">The largest order.</param>
    /// <param name="error">The squared error of the predictions of a series by these coefficients; by none, where they are empty.</param>
    /// <returns>a_1 .. a_p.</returns>
    public static double[] Fit(IReadOnlyList<double[]> series, int most, Func<double[], double[], double> error)
    {
        most = Math.Min(most, series.Select(each => each.Length).DefaultIfEmpty().Max() / StepsOfOrder);
        int[] orders = [.. Orders.Where(order => order <= most)];
        most = orders.LastOrDefault();
        var moments = new Matrix[Folds];
        for (int f = 0; f < Folds; f++)
            moments[f] = Moments(series.Where((_, i) => FoldOf(i, series.Count) == f), most);
        double least = series.Sum(each => error([], each));
        (int Order, double Penalty) best = (0, 0);
        foreach (int order in orders)
        {
            foreach (double penalty in Penalties)
            {
                double sum = 0;
                for (int f = 0; f < Folds; f++)
                {
                    double[]? a = Solve(Sum(moments, without: f), order, penalty);
                    sum += a is null ? double.PositiveInfinity
                        : series.Where((_, i) => FoldOf(i, series.Count) == f).Sum(each => error(a, each));
                }
                if (sum < least)
                    (least, best) = (sum, (order, penalty));
            }
        }
        return best.Order == 0 ? [] : Solve(Sum(moments, without: -1), best.Order, best.Penalty) ?? [];
    }

    /// <summary>What is predicted from the errors before, the last one first.</summary>
    public static double Next(ReadOnlySpan<double> a, ReadOnlySpan<float> before)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += a[i] * before[i];
        return sum;
    }

    /// <summary>Puts an error before those that were.</summary>
    public static void Push(Span<float> before, double error)
    {
        if (before.IsEmpty)
            return;
        before[..^1].CopyTo(before[1..]);
        before[0] = (float)error;
    }

    private static int FoldOf(int series, int count) => (int)((long)series * Folds / count);

    // The sums of e_{t-i} e_{t-j} over the rows in which all are known; the number of rows stands in the last diagonal place.
    private static Matrix Moments(IEnumerable<double[]> series, int most)
    {
        var sums = new Matrix(most + 2, most + 2);
        foreach (double[] e in series)
        {
            int known = 0;
            for (int t = 0; t < e.Length; t++)
            {
                known = double.IsFinite(e[t]) ? known + 1 : 0;
                if (known <= most)
                    continue;
                for (int i = 0; i <= most; i++)
                    for (int j = 0; j <= i; j++)
                        sums[i, j] += e[t - i] * e[t - j];
                sums[most + 1, most + 1]++;
            }
        }
        return sums;
    }

    private static Matrix Sum(Matrix[] moments, int without)
    {
        var sum = new Matrix(moments[0].Rows, moments[0].Rows);
        for (int f = 0; f < moments.Length; f++)
            if (f != without)
                sum.Add(moments[f]);
        return sum;
    }

    // The coefficients, or null where there are too few rows.
    private static double[]? Solve(Matrix sums, int order, double penalty)
    {
        Matrix normal = new(order, order), right = new(order, 1);
        double trace = 0;
        for (int i = 0; i < order; i++)
        {
            for (int j = 0; j <= i; j++)
                normal[i, j] = normal[j, i] = sums[i + 1, j + 1];
            right[i, 0] = sums[i + 1, 0];
            trace += normal[i, i];
        }
        normal.AddToDiagonal(penalty * trace / order);
        if (sums[sums.Rows - 1, sums.Rows - 1] < RowsOfCoefficient * order || !Triangular.Cholesky(normal, normal))
            return null;
        Triangular.Solve(normal, right);
        Triangular.SolveTransposed(normal, right);
        return Stable(right.Values);
    }

    // Shrinks all poles by one factor, where one of them is too large: pole g p has the coefficients g^i a_i.
    private static double[] Stable(double[] a)
    {
        var companion = new Matrix(a.Length, a.Length);
        a.CopyTo(companion.Row(0));
        for (int i = 1; i < a.Length; i++)
            companion[i, i - 1] = 1;
        double largest = Eigenvalues.Of(companion).Max(pole => pole.Magnitude);
        if (largest <= LargestPole)
            return a;
        double power = 1;
        for (int i = 0; i < a.Length; i++)
            a[i] *= power *= LargestPole / largest;
        return a;
    }
}
