using System.Numerics;
using Microsoft.ML.StateSpace.Layers;

namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>
/// R, what a change of the trained B and C does to the output of a layer of filters whose input and poles stay, and its transpose, in
/// double: <c>dy = Re(dC x + C dx)</c>, where x are the states, and dx those of the changed B. A vector of parameters holds C for each
/// direction, then B.
/// </summary>
internal sealed class LinearizedLayer(LayerFilters filters)
{
    private readonly int _outputs = filters.Count * filters.OutputWidth;

    /// <summary>Complex parameters.</summary>
    public int Parameters => filters.Directions * _outputs + filters.Count * filters.InputWidth;

    /// <summary>Assigns R v, (length, outputs).</summary>
    public void Forward(Complex[] parameters, float[] input, double[] output)
    {
        Array.Clear(output);
        int length = input.Length / filters.Inputs;
        var (states, changes) = (new Complex[length], new Complex[length]);
        for (int f = 0; f < filters.Count; f++)
        {
            for (int d = 0; d < filters.Directions; d++)
            {
                Filter(f, filters.B, 1, input, d == 1, states);
                Filter(f, parameters.AsSpan(filters.Directions * _outputs), filters.InputFactors[f], input, d == 1, changes);
                for (int w = 0; w < filters.OutputWidth; w++)
                {
                    Complex change = filters.OutputFactor * parameters[d * _outputs + f * filters.OutputWidth + w],
                        c = filters.C[d][f * filters.OutputWidth + w];
                    for (int t = 0, at = filters.First(f) + w; t < length; t++, at += filters.Outputs)
                        output[at] += (change * states[t] + c * changes[t]).Real;
                }
            }
        }
    }

    /// <summary>Adds R' w to a vector of parameters.</summary>
    public void Backward(float[] input, double[] output, Complex[] parameters)
    {
        int length = input.Length / filters.Inputs;
        var (states, costates) = (new Complex[length], new Complex[length]);
        for (int f = 0; f < filters.Count; f++)
        {
            for (int d = 0; d < filters.Directions; d++)
            {
                Filter(f, filters.B, 1, input, d == 1, states);
                Array.Clear(costates);
                for (int w = 0; w < filters.OutputWidth; w++)
                {
                    Complex sum = 0, c = Complex.Conjugate(filters.C[d][f * filters.OutputWidth + w]);
                    for (int t = 0, at = filters.First(f) + w; t < length; t++, at += filters.Outputs)
                    {
                        sum += Complex.Conjugate(states[t]) * output[at];
                        costates[t] += c * output[at];
                    }
                    parameters[d * _outputs + f * filters.OutputWidth + w] += filters.OutputFactor * sum;
                }
                AddInputs(f, d == 1, costates, input, parameters.AsSpan(filters.Directions * _outputs));
            }
        }
    }

    /// <summary>The states that the output sees of one filter, (length), for the given input matrix (filters, input width).</summary>
    public void Filter(int filter, ReadOnlySpan<Complex> b, double factor, float[] input, bool reverse, Complex[] states)
    {
        var row = b.Slice(filter * filters.InputWidth, filters.InputWidth);
        Complex state = 0, pole = filters.Poles[filter];
        for (int i = 0; i < states.Length; i++)
        {
            int t = reverse ? states.Length - 1 - i : i;
            Complex sum = 0, before = state;
            var u = input.AsSpan(t * filters.Inputs + filters.First(filter), filters.InputWidth);
            for (int w = 0; w < u.Length; w++)
                sum += row[w] * u[w];
            state = pole * state + factor * sum;
            states[t] = filters.IsPre ? before : state;
        }
    }

    // The costates run against the direction of the states.
    private void AddInputs(int filter, bool reverse, Complex[] slopes, float[] input, Span<Complex> inputs)
    {
        double factor = filters.InputFactors[filter];
        if (factor == 0)
            return;
        var row = inputs.Slice(filter * filters.InputWidth, filters.InputWidth);
        Complex costate = 0, pole = Complex.Conjugate(filters.Poles[filter]);
        for (int i = slopes.Length - 1; i >= 0; i--)
        {
            int t = reverse ? slopes.Length - 1 - i : i;
            Complex next = pole * costate + slopes[t], seen = filters.IsPre ? costate : next;
            var u = input.AsSpan(t * filters.Inputs + filters.First(filter), filters.InputWidth);
            for (int w = 0; w < u.Length; w++)
                row[w] += factor * u[w] * seen;
            costate = next;
        }
    }
}
