using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// A plant whose outputs act back on it nonlinearly, such as a spring that stiffens or a reaction that heats itself: finite responses to
/// the inputs and to powers and products of the inputs and of its own earlier answers,
/// <c>y_t = c + sum_{i &lt; L} B_i u_{t-i} + sum_{1 &lt;= j &lt;= L/2} D_j phi(u_{t-j}, y_{t-j})</c>, phi being u^2, u^3, u y, y^2, y^3.
/// It runs free: what it reads of outputs is what it answered. Answers that act back are held within a bound, so it cannot diverge.
/// Source: polynomial NARX models (Leontaritis, Billings, Int. J. Control 41, 1985), without their linear terms in y, whose place the long
/// responses take; so noise in what was measured does not bias them.
/// Shapes: (rows, H) to (rows, P); parameters Weights (P, L H + L/2 F), Bias (P), Bound (1), with F terms of phi.
/// </summary>
internal sealed class PolynomialNarx
{
    private readonly int _inputs, _outputs, _terms, _lags, _termLags;

    public Parameter Weights { get; }

    public Parameter Bias { get; }

    public Parameter Bound { get; }

    /// <param name="layout">Where the parameters are declared.</param>
    /// <param name="inputs">H.</param>
    /// <param name="outputs">P.</param>
    /// <param name="lags">L, at least 2.</param>
    public PolynomialNarx(ParameterLayout layout, int inputs, int outputs, int lags)
    {
        (_inputs, _outputs, _lags, _termLags, _terms) = (inputs, outputs, lags, lags / 2, TermsOf(inputs, outputs));
        Weights = layout.Add("Weights", [outputs, StateSize], ParameterGroup.Fixed, Initialize.Constant(0));
        Bias = layout.Add("Bias", [outputs], ParameterGroup.Fixed, Initialize.Constant(0));
        Bound = layout.Add("Bound", [1], ParameterGroup.Fixed, Initialize.Constant(0));
    }

    /// <summary>H.</summary>
    public int Inputs => _inputs;

    /// <summary>P.</summary>
    public int Outputs => _outputs;

    /// <summary>L.</summary>
    public int Lags => _lags;

    /// <summary>The inputs of the last L rows, then phi of the last L/2 rows, the newest first.</summary>
    public int StateSize => _lags * _inputs + _termLags * _terms;

    /// <summary>F, the number of terms of phi.</summary>
    public static int TermsOf(int inputs, int outputs) => 2 * inputs + inputs * outputs + 2 * outputs;

    /// <summary>phi: squares of the inputs, their cubes, inputs times outputs, squares of the outputs, their cubes.</summary>
    public static void Terms(ReadOnlySpan<float> inputs, ReadOnlySpan<float> outputs, Span<float> terms)
    {
        int place = 0;
        foreach (float u in inputs)
            terms[place++] = u * u;
        foreach (float u in inputs)
            terms[place++] = u * u * u;
        foreach (float u in inputs)
            foreach (float y in outputs)
                terms[place++] = u * y;
        foreach (float y in outputs)
            terms[place++] = y * y;
        foreach (float y in outputs)
            terms[place++] = y * y * y;
    }

    /// <summary>The state before a sequence: a share of its first row was there for ever.</summary>
    /// <param name="values">The parameters.</param>
    /// <param name="share">1 for the steady state of the first row, 0 for that of zeros.</param>
    /// <param name="input">(H).</param>
    /// <param name="state">(StateSize); assigned.</param>
    public void Begin(ReadOnlySpan<float> values, float share, ReadOnlySpan<float> input, Span<float> state)
    {
        Span<float> held = stackalloc float[_inputs], output = stackalloc float[_outputs];
        for (int c = 0; c < _inputs; c++)
            held[c] = share * input[c];
        state[..StateSize].Clear();
        for (int lag = 0; lag < _lags; lag++)
            held.CopyTo(state[(lag * _inputs)..]);
        for (int step = 0; step < _termLags; step++)
            Step(values, held, output, state);
    }

    /// <summary>Takes the next row of a sequence.</summary>
    /// <param name="values">The parameters.</param>
    /// <param name="input">(H).</param>
    /// <param name="output">(P); assigned.</param>
    /// <param name="state">(StateSize), before the row, then behind it.</param>
    public void Step(ReadOnlySpan<float> values, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
    {
        var inputs = state[..(_lags * _inputs)];
        var terms = state.Slice(inputs.Length, _termLags * _terms);
        inputs[..^_inputs].CopyTo(inputs[_inputs..]);
        input[.._inputs].CopyTo(inputs);
        MatrixVector.Multiply(Weights.Of(values), state[..StateSize], Bias.Of(values), output[.._outputs]);
        terms[..^_terms].CopyTo(terms[_terms..]);
        float bound = Bound.Of(values)[0];
        Span<float> held = stackalloc float[_outputs];
        for (int p = 0; p < _outputs; p++)
            held[p] = Math.Clamp(output[p], -bound, bound);
        Terms(input[.._inputs], held, terms);
    }
}
