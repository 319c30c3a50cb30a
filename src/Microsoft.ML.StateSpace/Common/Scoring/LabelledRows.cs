using Microsoft.ML.StateSpace.Data;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Scoring;

/// <summary>Reads the rows of a data view, with their targets, for what measures a fitted model.</summary>
internal static class LabelledRows
{
    /// <param name="transformer">The fitted model, with the names of its columns.</param>
    /// <param name="data">The rows.</param>
    /// <param name="asTrained">Whether the first step is held before each sequence, as training had it; scoring does so by itself.</param>
    public static SequenceSet Read(SequenceTransformer transformer, IDataView data, bool asTrained = false)
    {
        ArgumentNullException.ThrowIfNull(transformer);
        ArgumentNullException.ThrowIfNull(data);
        var input = transformer.Input;
        _ = input.In(data.Schema);
        var target = transformer.FindTarget(data.Schema);
        if (target.Layout.Kind == TargetKind.Value && target.Outputs != transformer.Model.Options.Outputs)
            throw new InvalidOperationException(
                $"The model answers with {transformer.Model.Options.Outputs} values, but column '{target.Name}' holds {target.Outputs}. "
                + "Give it the type it had in training.");
        var rows = new ViewRows(
            data, input, target, transformer.Model.Options.MissingValues is not null, asTrained ? input.WarmUp : 0,
            asTrained ? transformer.Summary.Options.Washout : 0);
        var set = (SequenceSet)SequenceReader.Read(rows, input, long.MaxValue, CancellationToken.None).Data;
        if (!Enumerable.Range(0, set.Count).Any(i => IsKnown(set, i)))
            throw new InvalidOperationException(
                $"No row has a known target in column '{target.Name}', so nothing can be measured. Give rows with the labels of training.");
        return set;
    }

    private static bool IsKnown(SequenceSet set, int index)
        => set.Classes(index).ContainsAnyExcept(TargetLayout.NoClass) || set.TargetsOf(index).ContainsAnyExcept(float.NaN);
}
