using System.Numerics;

namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>
/// Gradient descent on lambda, B, C and D of a diagonal system with one input and one output, from lag sums alone: with
/// <c>K_0 = Re(C B) + D</c>, <c>K_l = Re(C lambda^l B)</c> and the gradients g of K, those of the poles are
/// <c>sum_l l conj(C lambda^(l-1) B) g_l</c>, and of the others likewise.
/// </summary>
internal sealed class LagDescent
{
    /// <summary>The most lags; their sums take 128 MiB.</summary>
    public const int MostLags = 4096;

    private const double Forgotten = 1e-8;

    private readonly IReadOnlyList<InputOutputRecord> _records;
    private readonly Complex[] _poles, _b, _c, _poleGradients, _bGradients, _cGradients;
    private readonly int _longest;
    private LagSums _sums;
    private double[] _kernel, _gradient;
    private double _d;

    public LagDescent(DiagonalSystem start, IReadOnlyList<InputOutputRecord> records)
    {
        int states = start.Poles.Count;
        (_records, _longest, _poles, _d) = (records, records.Max(record => record.Length), [.. start.Poles], start.D[0, 0]);
        _b = [.. Enumerable.Range(0, states).Select(i => start.B[i, 0])];
        _c = [.. Enumerable.Range(0, states).Select(i => start.C[0, i])];
        (_poleGradients, _bGradients, _cGradients) = (new Complex[states], new Complex[states], new Complex[states]);
        int lags = Remembered();
        (_sums, _kernel, _gradient) = (new LagSums(records, lags), new double[lags], new double[lags]);
    }

    /// <summary>Lags that are looked at, which grow with the memory of the poles.</summary>
    public int Lags => _sums.Lags;

    public DiagonalSystem System
    {
        get
        {
            var (b, c) = (new Complex[_b.Length, 1], new Complex[1, _c.Length]);
            for (int i = 0; i < _b.Length; i++)
                (b[i, 0], c[0, i]) = (_b[i], _c[i]);
            return new([.. _poles], b, c, new[,] { { _d } });
        }
    }

    /// <summary>The loss of the system as it is; the gradients are then known.</summary>
    public double Loss()
    {
        int needed = Remembered();
        if (needed > Lags)
        {
            int lags = Math.Min(Math.Min(_longest, MostLags), Math.Max(needed, 2 * Lags));
            (_sums, _kernel, _gradient) = (new LagSums(_records, lags), new double[lags], new double[lags]);
        }
        Array.Clear(_kernel);
        _kernel[0] = _d;
        for (int i = 0; i < _poles.Length; i++)
        {
            Complex power = _c[i] * _b[i];
            for (int l = 0; l < Lags; l++, power *= _poles[i])
                _kernel[l] += power.Real;
        }
        double loss = _sums.Loss(_kernel, _gradient);
        for (int i = 0; i < _poles.Length; i++)
            Differentiate(i);
        return loss;
    }

    /// <summary>One step against the gradients of <see cref="Loss"/>.</summary>
    public void Step(double rate, bool learnsPoles)
    {
        _d -= rate * _gradient[0];
        for (int i = 0; i < _poles.Length; i++)
        {
            _b[i] -= rate * _bGradients[i];
            _c[i] -= rate * _cGradients[i];
            if (learnsPoles)
                _poles[i] -= rate * _poleGradients[i];
        }
    }

    private void Differentiate(int i)
    {
        Complex pole = Complex.Conjugate(_poles[i]), power = 1, before = 0, sum = 0, slope = 0;
        for (int l = 0; l < Lags; l++)
        {
            sum += power * _gradient[l];
            slope += before * (l * _gradient[l]);
            before = power;
            power *= pole;
        }
        _bGradients[i] = Complex.Conjugate(_c[i]) * sum;
        _cGradients[i] = Complex.Conjugate(_b[i]) * sum;
        _poleGradients[i] = Complex.Conjugate(_c[i] * _b[i]) * slope;
    }

    // Lags until the slowest pole has forgotten all but 1e-8; never more than the longest record.
    private int Remembered()
    {
        double radius = _poles.Max(Complex.Abs);
        double lags = radius == 0 ? 2 : radius < 1 ? Math.Ceiling(Math.Log(Forgotten) / Math.Log(radius)) + 1 : double.MaxValue;
        int needed = (int)Math.Min(Math.Max(lags, 2), _longest);
        if (needed > MostLags)
            throw new ArgumentException(
                $"A pole of magnitude {radius:g6} remembers {needed:N0} steps of the records, but sums are kept for {MostLags:N0} lags at "
                + "most. Keep every n-th sample of the records, cut them into shorter ones, or take faster poles and a lower rate.");
        return needed;
    }
}
