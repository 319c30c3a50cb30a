using Microsoft.ML.StateSpace.Models;

namespace Microsoft.ML.StateSpace.Testing.Oracle;

/// <summary>What the encoder reads: channels, what is derived from them, and what was measured.</summary>
internal static class InputOracle
{
    public static double[][] Rows(SequenceModelOptions options, OracleParameters p, double[][] x)
    {
        double[][] filled = Filled(options.MissingValues, x);
        var kinds = options.DerivedInputs ?? new DerivedInputs();
        bool seesAll = options.Architecture.ReadsBothWays;
        double[][] rows = [.. filled.Select((row, t) => (double[])
        [
            .. row,
            .. kinds.Differences ? Known(row.Select((value, c) => t == 0 ? 0 : value - filled[t - 1][c])) : [],
            .. kinds.StandardizedSequences
                ? Known(row.Select((value, c) => Standardized(value, Values(x, c, seesAll ? x.Length : t + 1)))) : [],
            .. kinds.DifferencesToMean
                ? Known(row.Select((value, c) => t < options.MeanSteps ? value - p["MeanSequence"][t * row.Length + c] : 0)) : [],
        ])];
        double[][] standard = [.. PositionWise.Standardize(p, rows).Select(row => Known(row))];
        return options.MissingValues is null ? standard
            : [.. standard.Select((row, t) => (double[])[.. row, .. x[t].Select(value => double.IsNaN(value) ? 0.0 : 1.0)])];
    }

    // What is missing becomes the last measured value, where it is filled forward and there is one.
    private static double[][] Filled(MissingValues? missing, double[][] x)
        => [.. x.Select((row, t) => row.Select((value, c) => missing == MissingValues.ForwardFill
            ? x.Take(t + 1).Select(before => before[c]).LastOrDefault(before => !double.IsNaN(before), double.NaN) : value).ToArray())];

    // The measured values of a channel in the first steps.
    private static double[] Values(double[][] x, int channel, int steps)
        => [.. x.Take(steps).Select(row => row[channel]).Where(value => !double.IsNaN(value))];

    private static double Standardized(double value, double[] among)
    {
        double mean = among.Length == 0 ? 0 : among.Average();
        double deviation = among.Length == 0 ? 0 : Math.Sqrt(among.Average(other => (other - mean) * (other - mean)));
        return deviation == 0 ? 0 : (value - mean) / deviation;
    }

    private static double[] Known(IEnumerable<double> values) => [.. values.Select(value => double.IsNaN(value) ? 0 : value)];
}
