using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>Finds the weights of the kinds of models for one output, from what they predict for rows that they have not seen.</summary>
internal sealed class StackedOutput
{
    private readonly Matrix _products;
    private readonly double[] _right;
    private readonly double _square;

    /// <param name="rows">The rows.</param>
    /// <param name="predictions">Of each kind, (rows, P).</param>
    /// <param name="output">The output.</param>
    /// <param name="skip">Rows at the start of each sequence that do not count.</param>
    public StackedOutput(StepRows rows, double[][] predictions, int output, int skip = 0)
    {
        int kinds = predictions.Length, outputs = rows.Outputs;
        _products = new Matrix(kinds, kinds);
        _right = new double[kinds];
        double sum = 0, known = 0;
        var settled = new bool[rows.Count];
        settled.AsSpan().Fill(true);
        foreach (int start in rows.Starts)
            settled.AsSpan(start, Math.Min(skip, rows.Count - start)).Clear();
        bool Counts(int row) => settled[row] && rows.IsKnown(row);
        for (int row = 0; row < rows.Count; row++)
        {
            if (Counts(row))
                (sum, known) = (sum + rows.WeightOf(row) * rows.Targets[row * outputs + output], known + rows.WeightOf(row));
        }
        double mean = known > 0 ? sum / known : 0;
        Mean = mean;
        var difference = new double[kinds];
        for (int row = 0; row < rows.Count; row++)
        {
            if (!Counts(row))
                continue;
            double root = Math.Sqrt(rows.WeightOf(row)), target = root * (rows.Targets[row * outputs + output] - mean);
            for (int k = 0; k < kinds; k++)
                difference[k] = root * (predictions[k][row * outputs + output] - mean);
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

    /// <summary>The weights of all kinds, and how well they and the first <paramref name="linear"/> kinds alone predict.</summary>
    public StepBankFit.Result Solve(int linear)
    {
        double[] weights = NonNegative.Solve(_products, _right, _square);
        var part = new Matrix(linear, linear);
        for (int i = 0; i < linear; i++)
            _products.Row(i)[..linear].CopyTo(part.Row(i));
        return new StepBankFit.Result(Error(weights), Error(NonNegative.Solve(part, _right.AsSpan(0, linear), _square)), weights);
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
