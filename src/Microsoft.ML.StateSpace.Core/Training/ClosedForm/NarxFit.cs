using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// Fits a <see cref="PolynomialNarx"/> by ridge regression of the known outputs on the inputs and on what the known outputs act back, and
/// judges it as it will be used: running free over stretches of time that its regression has not seen. Lags, terms and penalty are those
/// that run best. Whether outputs act back at all is asked first: it must run better than the response to the inputs alone.
/// </summary>
internal sealed class NarxFit
{
    /// <summary>The lags to choose from.</summary>
    public static readonly int[] Lags = [8, 16, 32, 64, 128, 256];

    private static readonly double[] Penalties = [1e-6, 1e-4, 1e-2];

    // Answers that act back are held within so many times the largest known output; with inputs so much larger than the known ones a model
    // must stay within that bound, or it is none. A model needs so many rows a coefficient, and must lower the squared error so far.
    private const double Bound = 2, Excess = 1.25, RowsOfCoefficient = 4, Gain = 0.9;

    // More rows than this tell little more, and cost time; more columns cost memory and time.
    private const int MostRows = 400_000, MostColumns = 1_200, RecordsOfLags = 4;

    private readonly StepRows _rows;
    private readonly LaggedMoments _moments;
    private readonly int _most, _inputs, _outputs, _terms;
    private readonly float _bound, _start;

    private NarxFit(StepRows rows, int most, float start, Workers workers, CancellationToken cancellation)
    {
        (_rows, _most, _start, _inputs, _outputs) = (rows, most, start, rows.Channels, rows.Outputs);
        _terms = PolynomialNarx.TermsOf(_inputs, _outputs);
        _bound = (float)Bound * rows.Targets.Where(float.IsFinite).Max(Math.Abs);
        _moments = new LaggedMoments(rows, most, start, workers, cancellation);
    }

    /// <summary>What was found.</summary>
    /// <param name="Model">The model.</param>
    /// <param name="Parameters">Its parameters.</param>
    /// <param name="Lags">L.</param>
    /// <param name="HeldOut">What it answers for stretches that were held out, (rows, P).</param>
    internal sealed record Result(PolynomialNarx Model, ParameterSet Parameters, int Lags, double[] HeldOut)
    {
        /// <summary>Copies the parameters into a model of the same sizes.</summary>
        public void CopyTo(PolynomialNarx model, ParameterSet parameters)
        {
            Model.Weights.Of(Parameters.Values).CopyTo(model.Weights.Of(parameters.Values));
            Model.Bias.Of(Parameters.Values).CopyTo(model.Bias.Of(parameters.Values));
            Model.Bound.Of(Parameters.Values).CopyTo(model.Bound.Of(parameters.Values));
        }
    }

    /// <summary>Finds a model, or none where outputs do not act back in a way that it can follow.</summary>
    /// <param name="rows">The training rows, all outputs of a row known or none.</param>
    /// <param name="lags">The lags; <see langword="null"/> for the best ones.</param>
    /// <param name="start">The share of a sequence's first input that was there before it.</param>
    /// <param name="workers">Threads.</param>
    /// <param name="cancellation">Ends the fit.</param>
    public static Result? Find(StepRows rows, int? lags, float start, Workers workers, CancellationToken cancellation)
    {
        if (rows.Groups().Count > 1)
            return null;
        var few = Fewer(rows);
        int known = Enumerable.Range(0, few.Count).Count(few.IsKnown);
        if (lags is { } asked && AllColumns(asked, rows) > MostColumns)
            throw new ArgumentException(
                $"FeedbackLags of {asked} with {rows.Channels} inputs and {rows.Outputs} outputs makes {AllColumns(asked, rows)} "
                + $"coefficients an output, and at most {MostColumns} can be fitted. Set Architecture.FeedbackLags to a smaller number.");
        int[] tried = [.. lags is { } own ? [own] : Lags.Where(each => Fits(each, few, known))];
        if (tried.Length == 0 || !rows.Targets.Any(value => float.IsFinite(value) && value != 0))
            return null;
        var fit = new NarxFit(few, tried.Max(), start, workers, cancellation);
        var all = tried.SelectMany(each => fit.Candidates(each, known, isAsked: lags is not null)).ToArray();
        var found = new (double Error, double Penalty)[all.Length];
        // The largest candidates take longest, so they begin.
        workers.Run(all.Length, (_, piece) =>
        {
            int i = all.Length - 1 - piece;
            found[i] = fit.Judge(all[i], cancellation);
        });
        double without = all.Zip(found).Where(pair => pair.First.Terms.Length == 0).Min(pair => pair.Second.Error);
        foreach (var (candidate, (error, penalty)) in all.Zip(found).OrderBy(pair => pair.Second.Error))
        {
            if (lags is null && (candidate.Terms.Length == 0 || !(error < Gain * without)))
                return null;
            if (double.IsFinite(error) && fit.Finish(candidate, penalty, rows) is { } result)
                return result;
        }
        return null;
    }

    // The simplest model must have enough rows, and records be long beside what is left out of each.
    private static bool Fits(int lags, StepRows rows, int known)
        => known >= RowsOfCoefficient * new NarxCandidate(lags, [0]).ColumnsOf(rows.Channels)
            && rows.Count / (rows.Starts.Length - 1) >= RecordsOfLags * lags && AllColumns(lags, rows) <= MostColumns;

    private static int AllColumns(int lags, StepRows rows)
        => lags * rows.Channels + lags / 2 * PolynomialNarx.TermsOf(rows.Channels, rows.Outputs);

    private static StepRows Fewer(StepRows rows)
    {
        if (rows.Count <= MostRows)
            return rows;
        var starts = rows.Starts.TakeWhile(start => start <= MostRows).ToArray();
        int end = starts.Length > 1 ? starts[^1] : MostRows;
        return new StepRows(
            rows.Inputs[..(end * rows.Channels)], rows.Targets[..(end * rows.Outputs)], starts.Length > 1 ? starts : [0, end]);
    }

    // The response to the inputs alone; powers of the outputs; products with the inputs; and all together.
    private IEnumerable<NarxCandidate> Candidates(int lags, int known, bool isAsked)
    {
        int h = _inputs, p = _outputs, products = 2 * h, powers = products + h * p;
        int[] ofOutputs = [.. Enumerable.Range(powers, 2 * p)];
        int[] bilinear = [.. Enumerable.Range(0, h), .. Enumerable.Range(products, h * p)];
        int[][] choices = [[], ofOutputs, bilinear, [.. Enumerable.Range(0, _terms)]];
        foreach (int[] terms in choices)
        {
            var candidate = new NarxCandidate(lags, terms);
            int columns = candidate.ColumnsOf(h);
            if (known >= RowsOfCoefficient * columns || (isAsked && terms.Length == 0))
                yield return candidate;
        }
    }

    // The squared error of the free run over all stretches that were held out, with the best penalty.
    private (double Error, double Penalty) Judge(NarxCandidate candidate, CancellationToken cancellation)
    {
        var best = (Error: double.PositiveInfinity, Penalty: Penalties[0]);
        foreach (double penalty in Penalties)
        {
            double error = 0;
            for (int fold = 0; fold < StepRows.Folds && error < best.Error; fold++)
            {
                cancellation.ThrowIfCancellationRequested();
                error += ErrorOf(candidate, penalty, fold, []);
            }
            if (error < best.Error)
                best = (error, penalty);
        }
        return best;
    }

    // Assigns what is answered for the rows of a stretch, where there is room for it; the error of these rows.
    private double ErrorOf(NarxCandidate candidate, double penalty, int fold, Span<double> heldOut)
    {
        var (model, parameters) = Solve(candidate, penalty, fold);
        double error = 0;
        for (int s = 0; s + 1 < _rows.Starts.Length; s++)
        {
            int from = Math.Max(_rows.Starts[s], First(fold)), to = Math.Min(_rows.Starts[s + 1], First(fold + 1));
            if (from >= to)
                continue;
            var answers = new float[(to - from) * _outputs];
            if (!NarxCandidate.Run(model, parameters, _rows, s, from, to, answers, candidate.Lags, _start))
                return double.PositiveInfinity;
            for (int i = 0; i < answers.Length; i++)
            {
                bool isSettled = from + i / _outputs >= _rows.Starts[s] + _most / 2;
                double off = isSettled ? answers[i] - _rows.Targets[from * _outputs + i] : 0;
                error += double.IsNaN(off) ? 0 : off * off;
            }
            for (int i = 0; i < answers.Length && !heldOut.IsEmpty; i++)
                heldOut[from * _outputs + i] = answers[i];
        }
        return error;
    }

    private int First(int fold)
    {
        int row = (int)((long)fold * _rows.Count / StepRows.Folds);
        while (row < _rows.Count && _rows.FoldOf(row) < fold)
            row++;
        return row;
    }

    // The model of all rows, if it stays within its bound with larger inputs, and what those without a stretch answer for it.
    private Result? Finish(NarxCandidate candidate, double penalty, StepRows rows)
    {
        var (model, parameters) = Solve(candidate, penalty, StepRows.Folds);
        for (int s = 0; s + 1 < _rows.Starts.Length; s++)
            foreach (float gain in (float[])[1, (float)Excess])
                if (!NarxCandidate.Run(model, parameters, _rows, s, _rows.Starts[s], _rows.Starts[s + 1], [], candidate.Lags, _start, gain))
                    return null;
        var heldOut = new double[rows.Count * _outputs];
        for (int fold = 0; fold < StepRows.Folds; fold++)
            ErrorOf(candidate, penalty, fold, heldOut);
        // Rows beyond those that were learnt from are new to the model of all the others.
        for (int s = 0; s + 1 < rows.Starts.Length; s++)
        {
            int from = Math.Max(rows.Starts[s], _rows.Count), to = rows.Starts[s + 1];
            var answers = new float[Math.Max(0, to - from) * _outputs];
            if (from < to && !NarxCandidate.Run(model, parameters, rows, s, from, to, answers, candidate.Lags, _start))
                return null;
            for (int i = 0; i < answers.Length; i++)
                heldOut[from * _outputs + i] = answers[i];
        }
        return new Result(model, parameters, candidate.Lags, heldOut);
    }

    private (PolynomialNarx Model, ParameterSet Parameters) Solve(NarxCandidate candidate, double penalty, int without)
    {
        int[] columns = candidate.Columns(_inputs, _terms, _most, _outputs);
        Matrix all = new(columns.Length, columns.Length), part = new(columns.Length, columns.Length);
        for (int i = 0; i < columns.Length; i++)
        {
            for (int j = 0; j < columns.Length; j++)
            {
                for (int fold = 0; fold < StepRows.Folds; fold++)
                {
                    double sum = _moments.Folds[fold][columns[i], columns[j]];
                    all[i, j] += sum;
                    part[i, j] += fold == without ? 0 : sum;
                }
            }
        }
        var coefficients = new RidgeProblem(all, columns.Length - 1 - _outputs, _outputs).Solve(part, penalty);
        return candidate.Build(coefficients, _inputs, _bound);
    }
}
