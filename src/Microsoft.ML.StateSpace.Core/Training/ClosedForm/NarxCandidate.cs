using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// One choice of lags and terms of a <see cref="PolynomialNarx"/>, with the columns of <see cref="LaggedMoments"/> that it uses.
/// </summary>
/// <param name="Lags">L; there are half as many of the terms.</param>
/// <param name="Terms">The terms of phi, by their places.</param>
internal sealed record NarxCandidate(int Lags, int[] Terms)
{
    // Steps that a free run takes before what it answers counts, in lags.
    private const int WarmUps = 2;

    public int ColumnsOf(int inputs) => Lags * inputs + Lags / 2 * Terms.Length;

    /// <summary>
    /// The columns of all that this choice uses, then those of the targets: each signal has its lags side by side.
    /// </summary>
    public int[] Columns(int inputs, int terms, int most, int outputs)
    {
        var columns = new List<int> { 0 };
        for (int c = 0; c < inputs; c++)
            columns.AddRange(Enumerable.Range(1 + c * most, Lags));
        foreach (int term in Terms)
            columns.AddRange(Enumerable.Range(1 + inputs * most + term * (most / 2), Lags / 2));
        columns.AddRange(Enumerable.Range(1 + inputs * most + terms * (most / 2), outputs));
        return [.. columns];
    }

    /// <summary>A model with these coefficients, (P, 1 + columns); its parameters.</summary>
    public (PolynomialNarx Model, ParameterSet Parameters) Build(Matrix coefficients, int inputs, float bound)
    {
        int outputs = coefficients.Rows, all = PolynomialNarx.TermsOf(inputs, outputs);
        var layout = new ParameterLayout();
        var model = new PolynomialNarx(layout, inputs, outputs, Lags);
        var parameters = layout.Create(new Random(0));
        var weights = model.Weights.Of(parameters.Values);
        model.Bound.Of(parameters.Values)[0] = bound;
        for (int p = 0; p < outputs; p++)
        {
            var row = weights.Slice(p * model.StateSize, model.StateSize);
            int column = 1;
            model.Bias.Of(parameters.Values)[p] = (float)coefficients[p, 0];
            for (int c = 0; c < inputs; c++)
                for (int lag = 0; lag < Lags; lag++)
                    row[lag * inputs + c] = (float)coefficients[p, column++];
            foreach (int term in Terms)
                for (int lag = 0; lag < Lags / 2; lag++)
                    row[Lags * inputs + lag * all + term] = (float)coefficients[p, column++];
        }
        return (model, parameters);
    }

    /// <summary>
    /// Runs free over some rows of one sequence, from some lags before them or from its start, and assigns what it answers, (rows, P).
    /// Answers no once an answer is beyond the bound.
    /// </summary>
    public static bool Run(
        PolynomialNarx model, ParameterSet parameters, StepRows rows, int sequence, int from, int to, Span<float> answers, int lags,
        float start, float gain = 1)
    {
        int channels = rows.Channels, outputs = rows.Outputs, first = Math.Max(rows.Starts[sequence], from - WarmUps * lags);
        float[] state = new float[model.StateSize], input = new float[channels], output = new float[outputs];
        float bound = model.Bound.Of(parameters.Values)[0];
        for (int row = first; row < to; row++)
        {
            for (int c = 0; c < channels; c++)
                input[c] = gain * rows.Inputs[row * channels + c];
            if (row == first)
                model.Begin(parameters.Values, start, input, state);
            model.Step(parameters.Values, input, output, state);
            foreach (float value in output)
                if (!(Math.Abs(value) < bound))
                    return false;
            if (row >= from && !answers.IsEmpty)
                output.CopyTo(answers[((row - from) * outputs)..]);
        }
        return true;
    }
}
