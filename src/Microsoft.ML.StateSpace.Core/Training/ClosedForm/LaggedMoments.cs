using System.Numerics.Tensors;
using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// Sums of products of signals and of their lags, for each stretch of time that is held out. Neighbouring lags share all but the rows at
/// the edges: <c>sum of a_{t-i-1} b_{t-j-1}</c> is <c>sum of a_{t-i} b_{t-j}</c> plus the row before the first, less the last. So only the
/// first lag of one of two signals costs a pass over the rows.
/// Columns: the constant 1; each input with lags 0 to L - 1; each term of <see cref="PolynomialNarx"/> with lags 1 to L/2; the targets.
/// </summary>
internal sealed class LaggedMoments
{
    private readonly StepRows _rows;
    private readonly int _lags;
    private readonly int[] _first, _count, _place;
    private readonly double[][] _signals;

    /// <param name="rows">The rows.</param>
    /// <param name="lags">L, even.</param>
    /// <param name="start">The share of a sequence's first input that was there before.</param>
    /// <param name="workers">Threads.</param>
    /// <param name="cancellation">Ends the sums.</param>
    public LaggedMoments(StepRows rows, int lags, float start, Workers workers, CancellationToken cancellation)
    {
        (_rows, _lags) = (rows, lags);
        int inputs = rows.Channels, outputs = rows.Outputs, terms = PolynomialNarx.TermsOf(inputs, outputs);
        int signals = 1 + inputs + terms + outputs;
        (_first, _count, _place) = (new int[signals], new int[signals], new int[signals]);
        for (int s = 0, place = 0; s < signals; place += _count[s], s++)
        {
            bool isInput = s >= 1 && s <= inputs, isTerm = s > inputs && s <= inputs + terms;
            (_first[s], _count[s], _place[s]) = (isTerm ? 1 : 0, isInput ? lags : isTerm ? lags / 2 : 1, place);
        }
        int columns = _place[^1] + 1;
        Folds = [.. Enumerable.Range(0, StepRows.Folds).Select(_ => new Matrix(columns, columns))];
        _signals = [.. Enumerable.Range(0, signals).Select(_ => Array.Empty<double>())];
        for (int sequence = 0; sequence + 1 < rows.Starts.Length; sequence++)
        {
            cancellation.ThrowIfCancellationRequested();
            Take(sequence, start);
            foreach (var (from, to, fold) in Runs(sequence))
            {
                int first = from - rows.Starts[sequence] + lags, end = to - rows.Starts[sequence] + lags;
                workers.Run(signals, (_, a) =>
                {
                    for (int b = 0; b <= a; b++)
                        Add(Folds[fold], a, b, first, end);
                });
            }
        }
        foreach (var fold in Folds)
            for (int i = 0; i < columns; i++)
                for (int j = i + 1; j < columns; j++)
                    fold[i, j] = fold[j, i];
    }

    /// <summary>The sums of each stretch.</summary>
    public Matrix[] Folds { get; }

    // The signals of a sequence, behind what stands for the rows before it: a share of its first input, and nothing that acts back.
    private void Take(int sequence, float share)
    {
        int inputs = _rows.Channels, outputs = _rows.Outputs, terms = _signals.Length - 1 - inputs - outputs;
        int start = _rows.Starts[sequence];
        int length = _rows.Starts[sequence + 1] - start;
        for (int s = 0; s < _signals.Length; s++)
            if (_signals[s].Length < _lags + length)
                _signals[s] = new double[_lags + length];
        var phi = new float[terms];
        var known = new float[outputs];
        for (int t = -_lags; t < length; t++)
        {
            int place = t + _lags;
            var input = _rows.Inputs.AsSpan((start + Math.Max(t, 0)) * inputs, inputs);
            _signals[0][place] = 1;
            for (int c = 0; c < inputs; c++)
                _signals[1 + c][place] = t < 0 ? share * input[c] : input[c];
            if (t >= 0)
                _rows.TargetsOf(start + t).CopyTo(known);
            PolynomialNarx.Terms(input, known, phi);
            for (int i = 0; i < terms; i++)
                _signals[1 + inputs + i][place] = t < 0 ? 0 : phi[i];
            for (int p = 0; p < outputs; p++)
                _signals[1 + inputs + terms + p][place] = known[p];
        }
    }

    // Runs of rows of one stretch whose target is known, and the targets of the lags before. So the first rows of a sequence, which follow
    // from a state that is not known, do not count.
    private IEnumerable<(int From, int To, int Fold)> Runs(int sequence)
    {
        int start = _rows.Starts[sequence], end = _rows.Starts[sequence + 1], from = -1, known = 0;
        for (int row = start; row <= end; row++)
        {
            bool counts = row < end && _rows.IsKnown(row) && known >= _lags / 2;
            if (from >= 0 && (!counts || _rows.FoldOf(row) != _rows.FoldOf(from)))
            {
                yield return (from, row, _rows.FoldOf(from));
                from = -1;
            }
            if (counts && from < 0)
                from = row;
            if (row < end)
                known = _rows.IsKnown(row) ? known + 1 : 0;
        }
    }

    // The block of two signals, b before a or equal to it. The first lag of each takes a pass; the others follow.
    private void Add(Matrix sums, int a, int b, int start, int end)
    {
        int rows = end - start;
        double[] x = _signals[a], y = _signals[b];
        var block = new double[_count[a] * _count[b]];
        for (int i = 0; i < _count[a]; i++)
        {
            for (int j = 0; j < _count[b]; j++)
            {
                int p = start - _first[a] - i, q = start - _first[b] - j;
                block[i * _count[b] + j] = i > 0 && j > 0
                    ? block[(i - 1) * _count[b] + j - 1] + x[p] * y[q] - x[p + rows] * y[q + rows]
                    : TensorPrimitives.Dot<double>(x.AsSpan(p, rows), y.AsSpan(q, rows));
            }
            TensorPrimitives.Add(
                sums.Row(_place[a] + i).Slice(_place[b], _count[b]), block.AsSpan(i * _count[b], _count[b]),
                sums.Row(_place[a] + i).Slice(_place[b], _count[b]));
        }
    }
}
