namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>Symmetric tridiagonal matrices T, such as Lanczos' iteration makes.</summary>
internal static class Tridiagonal
{
    /// <summary>
    /// The largest eigenvalue, from below, by bisection between the largest diagonal value and Gershgorin's bound: x exceeds it where all
    /// pivots of T - x I are negative (Sylvester's law of inertia).
    /// </summary>
    /// <param name="diagonal">The n values of the diagonal.</param>
    /// <param name="beside">The n - 1 values beside it, not negative; what follows them is not looked at.</param>
    public static double LargestEigenvalue(IReadOnlyList<double> diagonal, IReadOnlyList<double> beside)
    {
        double low = diagonal.Max(), high = low;
        for (int i = 0; i < diagonal.Count; i++)
            high = Math.Max(high, diagonal[i] + (i > 0 ? beside[i - 1] : 0) + (i < diagonal.Count - 1 ? beside[i] : 0));
        while (high - low > 1e-15 * Math.Abs(high))
        {
            double middle = (low + high) / 2;
            if (middle <= low || middle >= high)
                break;
            if (AllNegative(middle))
                high = middle;
            else
                low = middle;
        }
        return low;

        bool AllNegative(double x)
        {
            double pivot = diagonal[0] - x;
            for (int i = 1; pivot < 0 && i < diagonal.Count; i++)
                pivot = diagonal[i] - x - beside[i - 1] * beside[i - 1] / pivot;
            return pivot < 0;
        }
    }
}
