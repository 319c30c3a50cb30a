using Microsoft.ML.StateSpace.Kernels;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// Adds the terms of a gradient in double: each shard its own in order, then the shards in order. The sum of the squares of the terms gives
/// the relative residual.
/// </summary>
internal sealed class GradientTerms(int length, int shards, IReadOnlyList<Range> trained)
{
    private readonly double[][] _sums = [.. Enumerable.Range(0, shards).Select(_ => new double[length])];
    private readonly double[] _squares = new double[shards];

    public void Clear()
    {
        foreach (double[] sum in _sums)
            Array.Clear(sum);
        Array.Clear(_squares);
    }

    /// <summary>Adds a term of a shard.</summary>
    /// <param name="shard">The shard; another thread may work on another one.</param>
    /// <param name="term">The gradient of the term.</param>
    /// <param name="regularization">This times the parameters is the term's share of the regularization.</param>
    /// <param name="values">The parameters.</param>
    public void Add(int shard, ReadOnlySpan<float> term, double regularization, ReadOnlySpan<float> values)
    {
        double[] sum = _sums[shard];
        double squares = 0;
        foreach (var range in trained)
        {
            if (regularization == 0)
                squares += Reductions.SumOfSquares(term[range]);
            for (int i = range.Start.Value; i < range.End.Value; i++)
            {
                sum[i] += term[i];
                if (regularization != 0)
                {
                    double whole = term[i] + regularization * values[i];
                    squares += whole * whole;
                }
            }
        }
        _squares[shard] += squares;
    }

    /// <summary>
    /// Assigns the whole gradient, and returns its squared norm and the relative residual of so many terms, NaN where there is one only.
    /// </summary>
    public (double SquaredNorm, double Residual) Sum(double[] gradient, int terms, double regularization, ReadOnlySpan<float> values)
    {
        Array.Clear(gradient);
        double squares = 0, norm = 0;
        foreach (double part in _squares)
            squares += part;
        foreach (var range in trained)
        {
            for (int i = range.Start.Value; i < range.End.Value; i++)
            {
                double sum = 0;
                foreach (double[] part in _sums)
                    sum += part[i];
                gradient[i] = sum + regularization * values[i];
                norm += gradient[i] * gradient[i];
            }
        }
        return (norm, terms < 2 ? double.NaN : squares == 0 ? 0 : Math.Sqrt(norm / terms / squares));
    }
}
