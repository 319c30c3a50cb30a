using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// What a linear read-out learns: for each row (a sequence) one target an output, and how much the row counts. A class is one output a
/// class, 1 for the class of the row and -1 for the others; a value is the standardised value.
/// </summary>
internal sealed class ReadOutTargets
{
    private ReadOutTargets(int[] rows, float[] values, float[] weights, int outputs, int[]? classes)
        => (Rows, Values, Weights, Outputs, Classes) = (rows, values, weights, outputs, classes);

    /// <summary>The sequences with a known target, in order.</summary>
    public int[] Rows { get; }

    /// <summary>(rows, outputs).</summary>
    public float[] Values { get; }

    /// <summary>How much each row counts, (rows); positive, with mean 1.</summary>
    public float[] Weights { get; }

    public int Outputs { get; }

    /// <summary>The class of each row; <see langword="null"/> where targets are values.</summary>
    public int[]? Classes { get; }

    public int Count => Rows.Length;

    /// <param name="data">The training sequences.</param>
    /// <param name="head">What the answers are.</param>
    /// <param name="parameters">Where the statistics of values stand.</param>
    /// <param name="classWeights">The weight of each class, or <see langword="null"/>.</param>
    public static ReadOutTargets Of(SequenceSet data, Head head, ReadOnlySpan<float> parameters, IReadOnlyList<double>? classWeights)
    {
        bool areClasses = head.Targets.Kind == TargetKind.Class;
        var rows = new List<int>();
        for (int i = 0; i < data.Count; i++)
        {
            bool isKnown = areClasses
                ? data.Classes(i)[0] != TargetLayout.NoClass && (classWeights?[data.Classes(i)[0]] ?? 1) > 0
                : !Kernels.Reductions.HasNaN(data.TargetsOf(i));
            if (isKnown)
                rows.Add(i);
        }
        var values = new float[rows.Count * head.Outputs];
        var weights = new float[rows.Count];
        var classes = areClasses ? new int[rows.Count] : null;
        for (int row = 0; row < rows.Count; row++)
        {
            var own = values.AsSpan(row * head.Outputs, head.Outputs);
            weights[row] = 1;
            if (classes is null)
            {
                head.Output!.Forward(parameters, data.TargetsOf(rows[row]), own);
                continue;
            }
            classes[row] = data.Classes(rows[row])[0];
            own.Fill(-1);
            own[classes[row]] = 1;
            weights[row] = (float)(classWeights?[classes[row]] ?? 1);
        }
        double mean = rows.Count == 0 ? 1 : weights.Average(weight => (double)weight);
        for (int row = 0; row < rows.Count; row++)
            weights[row] = (float)(weights[row] / mean);
        return new([.. rows], values, weights, head.Outputs, classes);
    }
}
