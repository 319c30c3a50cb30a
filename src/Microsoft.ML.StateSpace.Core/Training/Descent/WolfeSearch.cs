using System.Numerics.Tensors;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// Looks along a direction d for a factor a that satisfies the strong conditions of Wolfe, <c>J(a) &lt;= J + c1 a s</c> and
/// <c>|J'(a)| &lt;= c2 |s|</c> with the slope s = g'd &lt; 0, c1 = 1e-4, c2 = 0.9 (Nocedal and Wright 2006, algorithms 3.5 and 3.6). The
/// interval grows until it must hold such a factor, and is then narrowed by cubic interpolation.
/// </summary>
internal sealed class WolfeSearch(FullBatch batch)
{
    private const double Decrease = 1e-4, Curvature = 0.9, Growth = 4, Margin = 0.1;
    private const int MostTrials = 30;

    private float[] _trial = new float[batch.Parameters.Values.Length];
    private double[] _trialGradient = new double[batch.Parameters.Values.Length];
    private float[] _best = new float[batch.Parameters.Values.Length];
    private double[] _bestGradient = new double[batch.Parameters.Values.Length];

    /// <summary>
    /// Moves the point to what was found: a factor that satisfies both conditions, or, where none is found, the lowest that satisfies the
    /// first. Returns <see langword="null"/>, and leaves the point, where there is none of these either.
    /// </summary>
    public DescentIteration? Run(DescentPoint point, double[] direction)
    {
        double slope = TensorPrimitives.Dot<double>(point.Gradient, direction);
        if (!(slope < 0))
            return null;
        End low = new(0, point.Objective, slope);
        End? high = null;
        var best = default(Evaluated);
        double factor = 1, bestStep = 0;
        int trials = 0, bestTrial = 0;
        while (trials < MostTrials)
        {
            double step = point.Candidate(factor, direction, _trial);
            if (step == 0 || (trials > 0 && factor == low.Factor))
                break;
            trials++;
            var found = batch.Gradient(_trial, _trialGradient);
            var end = new End(factor, found.Objective, TensorPrimitives.Dot<double>(_trialGradient, direction));
            if (!(found.Objective <= point.Objective + Decrease * factor * slope) || !(found.Objective < low.Objective))
                high = end;
            else
            {
                (_trial, _best, _trialGradient, _bestGradient) = (_best, _trial, _bestGradient, _trialGradient);
                (best, bestStep, bestTrial) = (found, step, trials);
                if (Math.Abs(end.Slope) <= -Curvature * slope)
                    break;
                if (high is null ? end.Slope >= 0 : end.Slope * (high.Value.Factor - low.Factor) >= 0)
                    high = low;
                low = end;
            }
            factor = high is null ? Growth * factor : Between(low, high.Value);
        }
        return bestTrial > 0 && point.Accepts(best.Objective, bestStep)
            ? point.MoveTo(ref _best, ref _bestGradient, best, bestStep, penalty: 0, rejections: trials - 1)
            : null;
    }

    // The minimum of the cubic through both ends and their slopes (Nocedal and Wright 2006, 3.59), well inside of the interval; its middle
    // where there is none.
    private static double Between(End low, End high)
    {
        double width = high.Factor - low.Factor;
        double d1 = low.Slope + high.Slope - 3 * (high.Objective - low.Objective) / width;
        double d2 = Math.Sign(width) * Math.Sqrt(d1 * d1 - low.Slope * high.Slope);
        double share = 1 - (high.Slope + d2 - d1) / (high.Slope - low.Slope + 2 * d2);
        return low.Factor + width * (double.IsFinite(share) ? Math.Clamp(share, Margin, 1 - Margin) : 0.5);
    }

    private readonly record struct End(double Factor, double Objective, double Slope);
}
