using System.Numerics.Tensors;

namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>
/// One channel of all records, with its mean taken off and zeros where it is not known, so that these add nothing to a sum.
/// </summary>
internal sealed class Signal
{
    private readonly double[][] _pieces;

    /// <summary>Known steps.</summary>
    public long Count { get; }

    public double Mean { get; }

    /// <summary>The sum of squares, less the mean; zero where only rounding is left.</summary>
    public double Energy { get; }

    public Signal(IReadOnlyList<ResponseRecord> records, Func<ResponseRecord, int> length, Func<ResponseRecord, int, double> value)
    {
        _pieces = [.. records.Select(r => Enumerable.Range(0, length(r)).Select(t => value(r, t)).ToArray())];
        var known = _pieces.SelectMany(piece => piece).Where(x => !double.IsNaN(x));
        Count = known.LongCount();
        Mean = Count == 0 ? 0 : known.Average();
        double largest = Count == 0 ? 0 : known.Max(Math.Abs);
        foreach (double[] piece in _pieces)
            for (int t = 0; t < piece.Length; t++)
                piece[t] = double.IsNaN(piece[t]) ? 0 : piece[t] - Mean;
        double energy = Product(this, 0);
        Energy = energy <= 1e-28 * Count * largest * largest ? 0 : energy;
    }

    /// <summary>
    /// The correlation with another signal, <c>sum of this_t other_{t-lag}</c> over the root of both energies; 0 where one does not vary.
    /// </summary>
    public double Correlation(Signal other, int lag)
        => Energy == 0 || other.Energy == 0 ? 0 : Product(other, lag) / Math.Sqrt(Energy) / Math.Sqrt(other.Energy);

    private double Product(Signal other, int lag)
    {
        double sum = 0;
        for (int k = 0; k < _pieces.Length; k++)
        {
            double[] x = _pieces[k], y = other._pieces[k];
            int length = x.Length - Math.Abs(lag);
            if (length > 0)
                sum += TensorPrimitives.Dot<double>(x.AsSpan(Math.Max(lag, 0), length), y.AsSpan(Math.Max(-lag, 0), length));
        }
        return sum;
    }
}
