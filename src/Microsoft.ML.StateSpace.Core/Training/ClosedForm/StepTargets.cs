using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// The targets of all time steps, packed. Steps within the washout are unknown, and so are those of a class without weight.
/// </summary>
internal sealed class StepTargets
{
    private readonly int[] _classes;

    private StepTargets(int[] starts, float[] values, int[] classes, float[]? weights)
        => (Starts, Values, _classes, Weights) = (starts, values, classes, weights);

    /// <summary>First row of each sequence, then the number of rows.</summary>
    public int[] Starts { get; }

    /// <summary>
    /// (rows, outputs): standardised values, or 1 for the class of a row and -1 for the others; NaN where it is not known.
    /// </summary>
    public float[] Values { get; }

    /// <summary>How much each row counts, (rows), with mean 1 over the known ones; <see langword="null"/> where all count alike.</summary>
    public float[]? Weights { get; }

    /// <summary>The same as losses and metrics take them.</summary>
    public TargetRows Rows() => new(_classes, _classes.Length > 0 ? default : Values);

    /// <param name="data">The training sequences.</param>
    /// <param name="model">The model.</param>
    /// <param name="parameters">Where the statistics of values stand.</param>
    /// <param name="training">Washout, and weights of classes.</param>
    public static StepTargets Of(SequenceSet data, StepBankModel model, ReadOnlySpan<float> parameters, TrainingOptions training)
    {
        int outputs = model.Options.Outputs;
        var starts = new int[data.Count + 1];
        for (int i = 0; i < data.Count; i++)
            starts[i + 1] = checked(starts[i] + data.Length(i));
        var values = new float[checked(starts[^1] * outputs)];
        var classes = new int[model.Head.Targets.Kind == TargetKind.Class ? starts[^1] : 0];
        for (int i = 0; i < data.Count; i++)
        {
            int washed = Math.Min(training.Washout, data.Length(i));
            var own = values.AsSpan(starts[i] * outputs, data.Length(i) * outputs);
            if (classes.Length == 0)
                model.Head.Output!.Forward(parameters, data.TargetsOf(i), own);
            else
                SetClasses(data.Classes(i), washed, training.ClassWeights, classes.AsSpan(starts[i], data.Length(i)), own);
            own[..(washed * outputs)].Fill(float.NaN);
        }
        return new StepTargets(starts, values, classes, training.ClassWeights is { } weights ? WeightsOf(classes, weights) : null);
    }

    private static void SetClasses(
        ReadOnlySpan<int> given, int washed, IReadOnlyList<double>? weights, Span<int> classes, Span<float> values)
    {
        int outputs = values.Length / given.Length;
        values.Fill(-1);
        for (int row = 0; row < given.Length; row++)
        {
            bool isKnown = row >= washed && given[row] != TargetLayout.NoClass && (weights?[given[row]] ?? 1) > 0;
            classes[row] = isKnown ? given[row] : TargetLayout.NoClass;
            if (isKnown)
                values[row * outputs + given[row]] = 1;
            else
                values.Slice(row * outputs, outputs).Fill(float.NaN);
        }
    }

    private static float[]? WeightsOf(int[] classes, IReadOnlyList<double> weights)
    {
        double sum = 0, known = 0;
        foreach (int label in classes)
            if (label != TargetLayout.NoClass)
                (sum, known) = (sum + weights[label], known + 1);
        return classes.Length == 0
            ? null : Array.ConvertAll(classes, label => label == TargetLayout.NoClass ? 0 : (float)(weights[label] * known / sum));
    }
}
