using Microsoft.ML.StateSpace.Analysis;

namespace Identify;

/// <summary>
/// The correlations of residuals as bars of text, with the bounds that 99 of 100 correlations of a good model stay within.
/// </summary>
internal static class ResidualBars
{
    private const int HalfWidth = 20, Lags = 10;

    public static void Write(string model, OutputResiduals residuals)
    {
        Console.WriteLine($"what {model} leaves over, with its own past (a bar beyond | is no chance):");
        for (int lag = 1; lag <= Lags; lag++)
            Console.WriteLine(Bar(lag, residuals.Autocorrelation[lag], residuals.Bound));
        for (int input = 0; input < residuals.Inputs.Count; input++)
        {
            Console.WriteLine($"the same with input {input + 1}, that many steps before:");
            for (int lag = 0; lag <= Lags; lag++)
                Console.WriteLine(Bar(lag, residuals.Inputs[input].At(lag), residuals.Inputs[input].Bound));
        }
    }

    // From -1 on the left to 1 on the right.
    private static string Bar(int lag, double correlation, double bound)
    {
        char[] line = [.. Enumerable.Repeat(' ', 2 * HalfWidth + 1)];
        int end = Place(correlation);
        for (int place = Math.Min(end, HalfWidth); place <= Math.Max(end, HalfWidth); place++)
            line[place] = '#';
        foreach (int place in (int[])[Place(-bound), Place(bound)])
            line[place] = '|';
        return $"{lag,4} {new string(line)} {correlation,6:f2}";
    }

    private static int Place(double value) => (int)Math.Round(HalfWidth * (1 + Math.Clamp(value, -1, 1)));
}
