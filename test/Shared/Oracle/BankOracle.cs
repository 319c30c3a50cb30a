using System.Numerics;

namespace Microsoft.ML.StateSpace.Testing.Oracle;

/// <summary>
/// The filters of a bank as chains of recurrences, what is counted of their outputs, and the features of a sequence, one step and one
/// filter at a time, straight from the definitions.
/// </summary>
internal static class BankOracle
{
    /// <summary>The outputs of one filter: each recurrence of the chain reads the state of the one before it.</summary>
    /// <param name="order">The number of recurrences.</param>
    /// <param name="rate">The logarithm of the pole.</param>
    /// <param name="weight">c.</param>
    /// <param name="input">u.</param>
    /// <param name="intervals">The time from the step before to each step; empty where each takes 1.</param>
    public static double[] Chain(int order, Complex rate, Complex weight, double[] input, double[] intervals)
    {
        var states = new Complex[order];
        return [.. input.Select((u, t) =>
        {
            var pole = Complex.Exp(rate * (intervals.Length == 0 ? 1 : intervals[t]));
            Complex value = u;
            for (int k = 0; k < order; k++)
                value = states[k] = pole * states[k] + value;
            return (weight * value).Real;
        })];
    }

    /// <summary>The share of steps above a level, and the longest run above it as a share of the steps.</summary>
    public static (double Above, double Longest) Share(double[] outputs, double level)
    {
        if (outputs.Length == 0)
            return (0, 0);
        string above = string.Concat(outputs.Select(y => y > level ? 'x' : ' '));
        return ((double)above.Count(c => c == 'x') / outputs.Length, (double)above.Split(' ').Max(run => run.Length) / outputs.Length);
    }

    /// <summary>The features of one group: of each part the shares and the runs, then largest, mean, wins and losses.</summary>
    /// <param name="outputs">outputs[filter][step].</param>
    /// <param name="levels">levels[threshold][filter].</param>
    /// <param name="parts">Parts of the sequence that are counted apart.</param>
    public static double[] Features(double[][] outputs, double[][] levels, int parts)
    {
        int steps = outputs[0].Length;
        var features = new List<double>();
        for (int part = 0; part < parts; part++)
        {
            Range range = (part * steps / parts)..((part + 1) * steps / parts);
            features.AddRange(levels.SelectMany(level => outputs.Select((y, j) => Share(y[range], level[j]).Above)));
            features.AddRange(levels.SelectMany(level => outputs.Select((y, j) => Share(y[range], level[j]).Longest)));
        }
        features.AddRange(outputs.Select(y => y.Max()));
        features.AddRange(outputs.Select(y => y.Average()));
        features.AddRange(outputs.Select(y => y.Where((value, t) => value == outputs.Max(other => other[t])).Count() / (double)steps));
        features.AddRange(outputs.Select(y => y.Where((value, t) => value == outputs.Min(other => other[t])).Count() / (double)steps));
        return [.. features];
    }
}
