using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// The moments of the features of one bank and of the targets, for each stretch of time that is held out.
/// With a correlation rho above 0, a row is <c>row_t - rho row_{t-1}</c>: least squares of such rows is the best linear estimate where
/// errors are those of an autoregression of order one (Cochrane, Orcutt 1949), as slow disturbances are.
/// </summary>
internal sealed class FoldedMoments
{
    private readonly Moments[] _folds;

    public FoldedMoments(StepFeatures bank, ReadOnlySpan<float> values, StepRows rows, int columns, double rho = 0)
    {
        _folds = [.. Enumerable.Range(0, StepRows.Folds).Select(_ => new Moments(columns + rows.Outputs))];
        float[] current = new float[columns], before = new float[columns], difference = new float[columns];
        float[] targets = new float[rows.Outputs], targetsBefore = new float[rows.Outputs];
        float share = (float)rho;
        var walk = new FeatureWalk(bank, rows);
        while (walk.Next(values, current, out int row, out bool isFirst))
        {
            if (isFirst)
            {
                Array.Clear(before);
                Array.Clear(targetsBefore);
            }
            bool isKnown = rows.IsKnown(row);
            for (int i = 0; i < columns; i++)
                (difference[i], before[i]) = (current[i] - share * before[i], current[i]);
            for (int p = 0; p < targets.Length; p++)
            {
                float target = rows.TargetsOf(row)[p];
                (targets[p], targetsBefore[p]) = (rho == 0 ? target : target - share * targetsBefore[p], target);
            }
            if (isKnown && !HasNaN(targets))
                _folds[rows.FoldOf(row)].Add(difference, targets, rows.WeightOf(row));
        }
        foreach (var fold in _folds)
            fold.Finish();
        All = new Matrix(columns + rows.Outputs + 1, columns + rows.Outputs + 1);
        foreach (var fold in _folds)
            All.Add(fold.Sums);
    }

    /// <summary>All rows.</summary>
    public Matrix All { get; }

    /// <summary>The rows of a stretch of time.</summary>
    public Matrix Of(int fold) => _folds[fold].Sums;

    /// <summary>All rows but those of a stretch.</summary>
    public Matrix Without(int fold)
    {
        var rest = new Matrix(All.Rows, All.Columns);
        rest.Set(All);
        rest.Add(_folds[fold].Sums, -1);
        return rest;
    }

    private static bool HasNaN(ReadOnlySpan<float> values)
    {
        foreach (float value in values)
            if (float.IsNaN(value))
                return true;
        return false;
    }
}
