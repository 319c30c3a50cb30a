using System.Numerics.Tensors;

namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>
/// All that a linear system with one input and one output needs of records, to know its loss and gradient: the sums
/// <c>r_l = sum_t y_t u_{t-l}</c> and <c>R_lm = sum_t u_{t-l} u_{t-m}</c>. Before a record its input is zero, so the sums are exact up to
/// its ends. With the kernel K the loss is <c>(1/2L)(sum y^2 - 2 sum_l K_l r_l + sum_lm K_l K_m R_lm)</c>.
/// </summary>
internal sealed class LagSums
{
    private const int BlockRows = 1024;

    private readonly double[] _cross;
    private readonly double[] _auto; // (lags, lags)
    private readonly double _power;
    private readonly int _steps;

    /// <param name="records">The records.</param>
    /// <param name="lags">The number of lags, with that of zero.</param>
    public LagSums(IReadOnlyList<InputOutputRecord> records, int lags)
    {
        (Lags, _cross, _auto) = (lags, new double[lags], new double[lags * lags]);
        foreach (var record in records)
        {
            double[] u = [.. record.Input], y = [.. record.Output];
            _steps += u.Length;
            _power += TensorPrimitives.SumOfSquares<double>(y);
            var ends = new double[lags]; // of each lag l the input L - l, which leaves the sums when both lags grow by one
            for (int l = 0; l < Math.Min(lags, u.Length); l++)
            {
                _cross[l] += TensorPrimitives.Dot<double>(y.AsSpan(l), u.AsSpan(0, u.Length - l));
                ends[l] = u[u.Length - 1 - l];
            }
            AddAuto(u, ends);
        }
    }

    /// <summary>The number of lags, with that of zero.</summary>
    public int Lags { get; }

    private void AddAuto(double[] u, double[] ends)
    {
        for (int gap = 0; gap < Math.Min(Lags, u.Length); gap++)
        {
            double sum = TensorPrimitives.Dot<double>(u.AsSpan(gap), u.AsSpan(0, u.Length - gap));
            for (int l = 0; l + gap < Lags; l++)
            {
                _auto[l * Lags + l + gap] += sum;
                if (gap > 0)
                    _auto[(l + gap) * Lags + l] += sum;
                sum -= ends[l] * ends[l + gap];
            }
        }
    }

    /// <summary>The loss of a kernel (lags), and its gradient.</summary>
    public double Loss(double[] kernel, double[] gradient)
    {
        int blocks = (Lags + BlockRows - 1) / BlockRows;
        if (blocks == 1)
            Multiply(0);
        else
            Parallel.For(0, blocks, Multiply);
        double square = TensorPrimitives.Dot<double>(gradient, kernel), product = TensorPrimitives.Dot<double>(_cross, kernel);
        for (int l = 0; l < Lags; l++)
            gradient[l] = (gradient[l] - _cross[l]) / _steps;
        return (_power - 2 * product + square) / (2 * _steps);

        void Multiply(int block)
        {
            for (int l = block * BlockRows; l < Math.Min(Lags, (block + 1) * BlockRows); l++)
                gradient[l] = TensorPrimitives.Dot<double>(_auto.AsSpan(l * Lags, Lags), kernel);
        }
    }
}
