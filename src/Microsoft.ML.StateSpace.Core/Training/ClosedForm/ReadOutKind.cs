using System.Numerics.Tensors;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// A kind of model that is nested in the features: a ridge regression on the first of them, where those from one on may have another scale
/// (they then cost more or less). Penalty and scale are chosen for each output by the error on stretches of time that are held out, summed
/// over the banks.
/// </summary>
/// <param name="columns">Features that it sees, from the first on.</param>
/// <param name="scaledFrom">The first feature with the scale; that many features, the linear ones, come before.</param>
internal sealed class ReadOutKind(int columns, int? scaledFrom = null)
{
    private double[] _penalties = [], _scales = [];

    public int Columns => columns;

    /// <summary>The squared errors on what was held out, by what was chosen, summed over outputs and banks.</summary>
    public double HeldOutError { get; private set; }

    /// <summary>Chooses penalty and scale for each output; of equals the larger penalty.</summary>
    /// <param name="learn">The moments that the regression learns from, of each bank.</param>
    /// <param name="judge">Those that it is judged by.</param>
    /// <param name="outputs">P.</param>
    /// <param name="penalties">What there is to choose from, rising.</param>
    /// <param name="scales">What there is to choose from.</param>
    /// <param name="cancellation">Ends the choice.</param>
    public void Choose(
        FoldedMoments[] learn, FoldedMoments[] judge, int outputs, double[] penalties, double[] scales, CancellationToken cancellation)
    {
        var errors = new double[scales.Length, penalties.Length, outputs];
        for (int bank = 0; bank < learn.Length; bank++)
        {
            RidgeProblem problem = Problem(learn[bank].All, outputs), judged = Problem(judge[bank].All, outputs);
            for (int fold = 0; fold < StepRows.Folds; fold++)
            {
                Matrix part = learn[bank].Without(fold), rest = judge[bank].Without(fold), held = judge[bank].Of(fold);
                for (int s = 0; s < scales.Length; s++)
                {
                    for (int l = 0; l < penalties.Length; l++)
                    {
                        cancellation.ThrowIfCancellationRequested();
                        var w = judged.Recentre(problem.Solve(part, penalties[l], First, scales[s]), rest);
                        for (int p = 0; p < outputs; p++)
                            errors[s, l, p] += judged.SquaredError(held, w, p);
                    }
                }
            }
        }
        (_penalties, _scales, HeldOutError) = (new double[outputs], new double[outputs], 0);
        for (int p = 0; p < outputs; p++)
        {
            double least = double.PositiveInfinity;
            for (int s = 0; s < scales.Length; s++)
                for (int l = 0; l < penalties.Length; l++)
                    if (errors[s, l, p] <= least)
                        (least, _penalties[p], _scales[p]) = (errors[s, l, p], penalties[l], scales[s]);
            HeldOutError += least;
        }
    }

    /// <summary>The coefficients of all outputs, (P, 1 + columns), from all rows but those of a stretch, or from all rows.</summary>
    /// <param name="learn">The moments that the regression learns from.</param>
    /// <param name="judge">Those that set the constant.</param>
    /// <param name="fold">The stretch, or <see cref="StepRows.Folds"/> for none.</param>
    /// <param name="outputs">P.</param>
    public Matrix Coefficients(FoldedMoments learn, FoldedMoments judge, int fold, int outputs)
    {
        RidgeProblem problem = Problem(learn.All, outputs), judged = Problem(judge.All, outputs);
        Matrix part = fold < StepRows.Folds ? learn.Without(fold) : learn.All,
            rest = fold < StepRows.Folds ? judge.Without(fold) : judge.All, result = new(outputs, 1 + columns);
        for (int p = 0; p < outputs; p++)
        {
            int same = Enumerable.Range(0, p).FirstOrDefault(q => _penalties[q] == _penalties[p] && _scales[q] == _scales[p], p);
            if (same < p)
                continue;
            var w = judged.Recentre(problem.Solve(part, _penalties[p], First, _scales[p]), rest);
            for (int q = p; q < outputs; q++)
                if (_penalties[q] == _penalties[p] && _scales[q] == _scales[p])
                    w.Row(q)[..(1 + columns)].CopyTo(result.Row(q));
        }
        return result;
    }

    /// <summary>Adds to (rows, P) what the regressions that have not seen a row predict for it, times a weight.</summary>
    public void Predict(
        StepFeatures bank, ReadOnlySpan<float> values, StepRows rows, FoldedMoments learn, FoldedMoments judge, double[] predictions,
        double weight = 1)
    {
        int outputs = rows.Outputs;
        var folds = Enumerable.Range(0, StepRows.Folds).Select(fold => Coefficients(learn, judge, fold, outputs)).ToArray();
        float[][] weights = [.. folds.Select(w => Array.ConvertAll(w.Values, value => (float)value))];
        var features = new float[columns];
        var walk = new FeatureWalk(bank, rows);
        while (walk.Next(values, features, out int row, out _))
        {
            int fold = rows.FoldOf(row);
            for (int p = 0; p < outputs; p++)
            {
                float sum = TensorPrimitives.Dot(weights[fold].AsSpan(p * (1 + columns) + 1, columns), features);
                predictions[row * outputs + p] += weight * (folds[fold][p, 0] + sum);
            }
        }
    }

    private int First => scaledFrom is { } linear ? 1 + linear : int.MaxValue;

    private RidgeProblem Problem(Matrix all, int outputs) => new(all, columns, outputs);
}
