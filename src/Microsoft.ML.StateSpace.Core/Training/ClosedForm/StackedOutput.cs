using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>Finds the weights of the kinds of models for one output, from what they predict for rows that they have not seen.</summary>
internal sealed class StackedOutput
{
    private readonly Matrix _products;
    private readonly double[] _right, _targets;
    private readonly double[][] _members;
    private readonly double _square;

    /// <param name="rows">The rows.</param>
    /// <param name="predictions">Of each kind, (rows, P).</param>
    /// <param name="output">The output.</param>
    /// <param name="skip">
    /// Rows at the start of each sequence that do not count. Where that would leave less than half of the known rows, all of them count.
    /// </param>
    public StackedOutput(StepRows rows, double[][] predictions, int output, int skip = 0)
    {
        int kinds = predictions.Length, outputs = rows.Outputs;
        _products = new Matrix(kinds, kinds);
        _right = new double[kinds];
        double sum = 0, known = 0;
        bool[] counts = Counted(rows, skip);
        for (int row = 0; row < rows.Count; row++)
        {
            if (counts[row])
                (sum, known) = (sum + rows.WeightOf(row) * rows.Targets[row * outputs + output], known + rows.WeightOf(row));
        }
        double mean = known > 0 ? sum / known : 0;
        Mean = mean;
        var difference = new double[kinds];
        int[] counted = [.. Enumerable.Range(0, rows.Count).Where(row => counts[row])];
        _targets = new double[counted.Length];
        _members = [.. predictions.Select(_ => new double[counted.Length])];
        for (int place = 0; place < counted.Length; place++)
        {
            int row = counted[place];
            double root = Math.Sqrt(rows.WeightOf(row)), target = root * (rows.Targets[row * outputs + output] - mean);
            for (int k = 0; k < kinds; k++)
                difference[k] = _members[k][place] = root * (predictions[k][row * outputs + output] - mean);
            _targets[place] = target;
            _square += target * target;
            for (int i = 0; i < kinds; i++)
            {
                _right[i] += difference[i] * target;
                for (int j = 0; j < kinds; j++)
                    _products[i, j] += difference[i] * difference[j];
            }
        }
    }

    /// <summary>The mean of the known targets.</summary>
    public double Mean { get; }

    /// <summary>
    /// The weights of all kinds, and how well they and the first <paramref name="linear"/> kinds alone predict. Where chance explains what
    /// the others add (<see cref="StandardError"/>), the linear kinds alone have weights: they are the safer where rows come that lie
    /// outside of what was learnt.
    /// </summary>
    public StepBankFit.Result Solve(int linear)
    {
        double[] weights = NonNegative.Solve(_products, _right, _square);
        var part = new Matrix(linear, linear);
        for (int i = 0; i < linear; i++)
            _products.Row(i)[..linear].CopyTo(part.Row(i));
        double[] simple = [.. NonNegative.Solve(part, _right.AsSpan(0, linear), _square), .. new double[weights.Length - linear]];
        double linearError = Error(simple);
        if (IsChance(simple, weights))
            weights = simple;
        return new StepBankFit.Result(Error(weights), linearError, weights);
    }

    // Whether each row is known, and behind what is skipped of its sequence.
    private static bool[] Counted(StepRows rows, int skip)
    {
        bool[] known = [.. Enumerable.Range(0, rows.Count).Select(rows.IsKnown)], settled = [.. known];
        foreach (int start in rows.Starts)
            settled.AsSpan(start, Math.Min(skip, rows.Count - start)).Clear();
        return 2 * settled.Count(counts => counts) < known.Count(counts => counts) ? known : settled;
    }

    private bool IsChance(double[] simple, double[] weights)
    {
        var differences = new double[_targets.Length];
        for (int row = 0; row < differences.Length; row++)
        {
            double one = _targets[row], other = one;
            for (int k = 0; k < weights.Length; k++)
                (one, other) = (one - simple[k] * _members[k][row], other - weights[k] * _members[k][row]);
            differences[row] = one * one - other * other;
        }
        return StandardError.Explains(differences);
    }

    private double Error(double[] weights)
    {
        double error = _square;
        for (int i = 0; i < weights.Length; i++)
        {
            error -= 2 * weights[i] * _right[i];
            for (int j = 0; j < weights.Length; j++)
                error += weights[i] * weights[j] * _products[i, j];
        }
        return _square > 0 ? Math.Max(error, 0) / _square : 0;
    }
}
