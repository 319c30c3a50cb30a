using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>The ranges of the flat buffer that hold trained parameters: all but the statistics of the data.</summary>
internal static class TrainedRange
{
    /// <summary>The ranges, in order; neighbours are joined.</summary>
    public static IReadOnlyList<Range> Of(ParameterSet parameters) => Of(parameters.Parameters);

    /// <summary>The ranges of some parameters, which stand in order.</summary>
    public static IReadOnlyList<Range> Of(IEnumerable<Parameter> parameters)
    {
        var ranges = new List<Range>();
        foreach (var parameter in parameters)
        {
            if (parameter.Group == ParameterGroup.Fixed)
                continue;
            int end = parameter.Offset + parameter.Length;
            if (ranges.Count > 0 && ranges[^1].End.Value == parameter.Offset)
                ranges[^1] = ranges[^1].Start..end;
            else
                ranges.Add(parameter.Offset..end);
        }
        return ranges;
    }

    /// <summary>Number of trained parameters.</summary>
    public static int Count(IReadOnlyList<Range> ranges) => ranges.Sum(range => range.End.Value - range.Start.Value);

    /// <summary>The sum of their squares.</summary>
    public static double SumOfSquares(IReadOnlyList<Range> ranges, ReadOnlySpan<float> values)
    {
        double sum = 0;
        foreach (var range in ranges)
            sum += Reductions.SumOfSquares(values[range]);
        return sum;
    }
}
