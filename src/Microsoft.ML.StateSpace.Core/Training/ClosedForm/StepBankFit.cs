using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// Fits a <see cref="StepBank"/> in closed form. Four kinds of model are nested in its features: a linear one with the estimated poles
/// alone, a linear one with all filters, a Wiener model and a Wiener-Hammerstein model. Each is a ridge regression whose penalty is chosen
/// on stretches of time that are held out in turn; then they are stacked, by weights from what each predicts for the stretches that it has
/// not seen. All kinds are linear in the same features, so the stack is one read-out. A model with feedback is one kind more, with a share
/// in the place of coefficients.
/// Source of stacking: Breiman, "Stacked Regressions", 1996. The draw depends on the seed alone.
/// </summary>
internal static class StepBankFit
{
    /// <summary>The penalties to choose from, in shares of the number of rows.</summary>
    public static readonly double[] Penalties = [1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1];

    /// <summary>What was found for an output.</summary>
    /// <param name="HeldOutError">The mean squared error on what is held out, in shares of the variance.</param>
    /// <param name="LinearError">The same of the linear members alone.</param>
    /// <param name="Weights">The weight of each kind.</param>
    internal sealed record Result(double HeldOutError, double LinearError, double[] Weights);

    /// <summary>Draws the banks, and sets the read-out.</summary>
    /// <param name="model">The model.</param>
    /// <param name="parameters">Its parameters, all of which are set.</param>
    /// <param name="rows">The training rows.</param>
    /// <param name="seed">The draw.</param>
    /// <param name="workers">Threads; <see langword="null"/> for none but the caller's.</param>
    /// <param name="heldOut">Receives what is predicted for rows that were held out, (rows, P); may be empty.</param>
    /// <param name="feedback">What the model with feedback answered for rows that were held out, if there is such a model.</param>
    /// <param name="cancellation">Ends the fit between two parts of it.</param>
    /// <returns>For each output.</returns>
    public static Result[] Fit(
        StepBank model, ParameterSet parameters, StepRows rows, int seed, Workers? workers = null, Memory<double> heldOut = default,
        double[]? feedback = null, CancellationToken cancellation = default)
    {
        using var own = workers is null ? new Workers(1) : null;
        workers ??= own!;
        var groups = rows.Groups();
        var modes = Modes(rows, model.Sizes.PoleOrder, workers);
        SetStart(model, parameters, rows, groups, modes, seed, cancellation);
        var stacks = groups.Select(group => new StepStack(model, group.Rows)).ToArray();
        workers.Run(model.Banks.Length, (_, i) => Draw(model, parameters, rows, groups, modes, stacks, i, seed, cancellation));
        var results = new Result[rows.Outputs];
        model.ReadOut.Of(parameters.Values).Clear();
        for (int g = 0; g < stacks.Length; g++)
            stacks[g].Solve(parameters, groups[g].Outputs, results, workers, heldOut, feedback, cancellation);
        return results;
    }

    /// <summary>The share of the steady state of its first row in which a sequence begins, 0 or 1; found as <c>Fit</c> finds it.</summary>
    /// <inheritdoc cref="Fit"/>
    public static float Start(
        StepBank model, ParameterSet parameters, StepRows rows, int seed, Workers workers, CancellationToken cancellation)
    {
        SetStart(model, parameters, rows, rows.Groups(), Modes(rows, model.Sizes.PoleOrder, workers), seed, cancellation);
        return model.Banks[0].Start.Of(parameters.Values)[0];
    }

    // Each bank has random numbers of its own, so nothing depends on which thread draws it.
    private static void Draw(
        StepBank model, ParameterSet parameters, StepRows rows, IReadOnlyList<(int[] Outputs, StepRows Rows)> groups,
        EquationError.Mode[][] modes, StepStack[] stacks, int index, int seed, CancellationToken cancellation)
    {
        var bank = model.Banks[index];
        var random = new Random(unchecked(seed * 31 + index));
        BankDraw.SetInputFilters(bank, parameters, modes, model.Sizes.PoleOrder, Length(rows), random);
        var estimates = new Matrix(rows.Outputs, 1 + bank.LinearSize);
        var correlations = new double[groups.Count];
        Matrix? all = null;
        for (int g = 0; g < groups.Count; g++)
        {
            var (outputs, own) = groups[g];
            var linear = new FoldedMoments(bank, parameters.Values, own, bank.LinearSize);
            var kind = new ReadOutKind(bank.LinearSize);
            kind.Choose([linear], [linear], own.Outputs, Penalties, [1], cancellation);
            var found = kind.Coefficients(linear, linear, StepRows.Folds, own.Outputs);
            for (int p = 0; p < outputs.Length; p++)
                found.Row(p).CopyTo(estimates.Row(outputs[p]));
            correlations[g] = Correlation(bank, parameters, own, linear, kind);
            all ??= linear.All;
        }
        int drawn = bank.Inputs + rows.Outputs * model.Sizes.PoleOrder;
        BankDraw.SetMixtures(bank, parameters, all!, estimates, drawn, Length(rows), random);
        for (int g = 0; g < groups.Count; g++)
        {
            cancellation.ThrowIfCancellationRequested();
            stacks[g].Add(index, parameters.Values, correlations[g]);
        }
    }

    // A sequence begins in the steady state of its first row where linear models then predict stretches better that are held out: as the
    // sequences are, and where each stretch begins anew, in the midst of operation. Else it begins at zero.
    private static void SetStart(
        StepBank model, ParameterSet parameters, StepRows rows, IReadOnlyList<(int[] Outputs, StepRows Rows)> groups,
        EquationError.Mode[][] modes, int seed, CancellationToken cancellation)
    {
        var bank = model.Banks[0];
        BankDraw.SetInputFilters(
            bank, parameters, modes, model.Sizes.PoleOrder, Length(rows), new Random(unchecked(seed * 31)));
        double ErrorFrom(float start, bool cut)
        {
            bank.Start.Of(parameters.Values)[0] = start;
            double error = 0;
            foreach (var (_, own) in groups)
            {
                var moments = new FoldedMoments(bank, parameters.Values, cut ? own.CutAtFolds() : own, bank.LinearSize);
                var kind = new ReadOutKind(bank.LinearSize);
                kind.Choose([moments], [moments], own.Outputs, Penalties, [1], cancellation);
                error += kind.HeldOutError;
            }
            return error;
        }
        float best = ErrorFrom(1, cut: true) < ErrorFrom(0, cut: true) && ErrorFrom(1, cut: false) <= ErrorFrom(0, cut: false) ? 1 : 0;
        foreach (var each in model.Banks)
            each.Start.Of(parameters.Values)[0] = best;
    }

    private static (double Steps, double Interval) Length(StepRows rows)
        => ((double)rows.Count / (rows.Starts.Length - 1), rows.UsualInterval());

    private static EquationError.Mode[][] Modes(StepRows rows, int most, Workers workers)
    {
        var modes = new EquationError.Mode[rows.Outputs][];
        workers.Run(modes.Length, (_, p) =>
        {
            var target = new float[most > 0 ? rows.Count : 0];
            for (int row = 0; row < target.Length; row++)
                target[row] = rows.Targets[row * rows.Outputs + p];
            modes[p] = most > 0 ? EquationError.Modes(rows.Inputs, rows.Channels, rows.Starts, target, most) : [];
        });
        return modes;
    }

    // The correlation of the errors of neighbouring rows that were held out, over all outputs.
    private static double Correlation(StepFeatures bank, ParameterSet parameters, StepRows rows, FoldedMoments moments, ReadOutKind kind)
    {
        var predictions = new double[rows.Count * rows.Outputs];
        kind.Predict(bank, parameters.Values, rows, moments, moments, predictions);
        double together = 0, alone = 0;
        for (int i = rows.Outputs; i < predictions.Length; i++)
        {
            double error = rows.Targets[i] - predictions[i], before = rows.Targets[i - rows.Outputs] - predictions[i - rows.Outputs];
            if (double.IsNaN(error * before))
                continue;
            together += error * before;
            alone += before * before;
        }
        return alone > 0 ? Math.Clamp(together / alone, 0, 0.999) : 0;
    }
}
