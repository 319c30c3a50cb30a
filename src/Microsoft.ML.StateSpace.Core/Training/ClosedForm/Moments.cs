using System.Numerics;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// Sums of products of all pairs of columns over rows that come a few at a time: all that a least-squares problem needs of its rows. Floats
/// are multiplied and added in double. Column 0 is the constant 1, so that row 0 holds the sums of the columns.
/// </summary>
internal sealed class Moments
{
    // So many rows lie side by side, as columns of double, before they are multiplied.
    private const int Depth = 64;

    private readonly int _columns;
    private readonly double[] _pending;
    private int _filled;

    /// <param name="columns">Columns without the constant.</param>
    public Moments(int columns)
    {
        _columns = columns + 1;
        Sums = new Matrix(_columns, _columns);
        _pending = new double[_columns * Depth];
    }

    /// <summary>The sums, (columns + 1, columns + 1); complete after <see cref="Finish"/>.</summary>
    public Matrix Sums { get; }

    /// <summary>Rows that were added, by their weights.</summary>
    public double Rows => Sums[0, 0];

    /// <summary>Adds a row that is made of two parts: features, then targets.</summary>
    /// <param name="features">The first part.</param>
    /// <param name="targets">The second part.</param>
    /// <param name="weight">How much the row counts, at least 0.</param>
    public void Add(ReadOnlySpan<float> features, ReadOnlySpan<float> targets, float weight = 1)
    {
        // Products of columns then have the weight itself.
        double root = weight == 1 ? 1 : Math.Sqrt(weight);
        _pending[_filled] = root;
        for (int i = 0; i < features.Length; i++)
            _pending[(1 + i) * Depth + _filled] = root * features[i];
        for (int i = 0; i < targets.Length; i++)
            _pending[(1 + features.Length + i) * Depth + _filled] = root * targets[i];
        if (++_filled == Depth)
            Multiply();
    }

    /// <summary>Adds what is still pending, and fills the upper half.</summary>
    public void Finish()
    {
        if (_filled > 0)
        {
            for (int column = 0; column < _columns; column++)
                _pending.AsSpan(column * Depth + _filled, Depth - _filled).Clear();
            Multiply();
        }
        for (int i = 0; i < _columns; i++)
            for (int j = i + 1; j < _columns; j++)
                Sums[i, j] = Sums[j, i];
    }

    // The lower half, four columns with four columns at a time; at the edge the last columns are taken twice and stored once.
    private void Multiply()
    {
        _filled = 0;
        for (int i = 0; i < _columns; i += 4)
            for (int j = 0; j <= i; j += 4)
                Tile(i, j);
    }

    private void Tile(int i, int j)
    {
        int last = _columns - 1;
        for (int p = i; p <= Math.Min(i + 3, last); p++)
        {
            ReadOnlySpan<double> a = Column(p), b0 = Column(j), b1 = Column(Math.Min(j + 1, last)), b2 = Column(Math.Min(j + 2, last)),
                b3 = Column(Math.Min(j + 3, last));
            Vector<double> s0 = default, s1 = default, s2 = default, s3 = default;
            for (int t = 0; t < Depth; t += Vector<double>.Count)
            {
                var x = new Vector<double>(a[t..]);
                s0 += x * new Vector<double>(b0[t..]);
                s1 += x * new Vector<double>(b1[t..]);
                s2 += x * new Vector<double>(b2[t..]);
                s3 += x * new Vector<double>(b3[t..]);
            }
            var row = Sums.Row(p);
            row[j] += Vector.Sum(s0);
            if (j + 1 <= last)
                row[j + 1] += Vector.Sum(s1);
            if (j + 2 <= last)
                row[j + 2] += Vector.Sum(s2);
            if (j + 3 <= last)
                row[j + 3] += Vector.Sum(s3);
        }
    }

    private ReadOnlySpan<double> Column(int column) => _pending.AsSpan(column * Depth, Depth);
}
