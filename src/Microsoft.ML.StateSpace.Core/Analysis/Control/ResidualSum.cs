using System.Numerics.Tensors;

namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>
/// Sums, in double, of which the residual <c>|mean g| / sqrt(mean |g|^2)</c> of a group is made: of its terms g, of their squares, and how
/// many there are.
/// </summary>
internal sealed class ResidualSum(int length)
{
    private readonly double[] _sum = new double[length];
    private double _squares;

    public int Terms { get; private set; }

    /// <summary>Begins a term, which may come in parts.</summary>
    public void Begin() => Terms++;

    /// <summary>Adds a part of the term, <c>gradient + factor values</c>, which stands at that place in the group.</summary>
    public void Add(int at, ReadOnlySpan<float> gradient, ReadOnlySpan<float> values, double factor)
    {
        for (int i = 0; i < gradient.Length; i++)
        {
            double part = gradient[i] + factor * values[i];
            _sum[at + i] += part;
            _squares += part * part;
        }
    }

    /// <summary>Adds a whole term.</summary>
    public void Add(ReadOnlySpan<double> term)
    {
        Begin();
        TensorPrimitives.Add(_sum, term, _sum);
        _squares += TensorPrimitives.SumOfSquares(term);
    }

    /// <summary>Adds the terms of another part of the data.</summary>
    public void Add(ResidualSum other)
    {
        TensorPrimitives.Add(_sum, other._sum, _sum);
        _squares += other._squares;
        Terms += other.Terms;
    }

    /// <summary>The norm of the sum of all terms.</summary>
    public double Norm => TensorPrimitives.Norm<double>(_sum);

    /// <summary>The residual; 0 where all terms are zero, and NaN where there are fewer than two.</summary>
    public double Residual
        => Terms < 2 ? double.NaN
            : _squares > 0 ? Math.Min(1, Norm / Math.Sqrt(Terms * _squares)) : 0;
}
