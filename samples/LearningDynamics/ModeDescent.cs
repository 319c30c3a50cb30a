using Microsoft.ML.StateSpace.Analysis;

namespace LearningDynamics;

/// <summary>
/// Gradient descent on the b and c that N states with one pole share, by the errors of the answer at every time step of a record. The pole
/// stays, so the state is computed once.
/// </summary>
internal sealed class ModeDescent
{
    private readonly double[] _h;
    private readonly InputOutputRecord _record;
    private readonly int _states;

    public ModeDescent(InputOutputRecord record, double pole, int states)
    {
        double h = 0;
        (_record, _states, _h) = (record, states, [.. record.Input.Select(u => h = pole * h + u)]);
    }

    /// <summary>The product b c before the first step and after each.</summary>
    public double[] Run(double b, double c, double rate, int steps)
    {
        double[] products = new double[steps + 1];
        for (int step = 0; ; step++)
        {
            products[step] = b * c;
            if (step == steps)
                return products;
            (b, c) = Step(b, c, rate);
        }
    }

    /// <summary>Steps in which the distance to the end falls to 1/e, once it is small.</summary>
    public double StepsOfFold(double b, double c, double rate)
    {
        double end = _h.Zip(_record.Output, (h, y) => h * y).Sum() / (_states * _h.Sum(h => h * h));
        int step = 0, first = 0;
        double distance = Math.Abs(b * c - end), before = 0;
        for (; distance > 1e-7 * end; distance = Math.Abs(b * c - end))
        {
            if (before == 0 && distance < 1e-3 * end)
                (first, before) = (step, distance);
            (b, c) = Step(b, c, rate);
            step++;
        }
        return (step - first) / Math.Log(before / distance);
    }

    private (double B, double C) Step(double b, double c, double rate)
    {
        double pull = 0;
        for (int t = 0; t < _h.Length; t++)
            pull += (_record.Output[t] - _states * b * c * _h[t]) * _states * _h[t];
        pull *= rate / _h.Length;
        return (b + pull * c, c + pull * b);
    }
}
