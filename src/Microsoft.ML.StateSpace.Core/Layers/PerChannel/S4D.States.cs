using System.Numerics;

namespace Microsoft.ML.StateSpace.Layers;

/// <content>
/// The states of every row and their gradients, which the chunks of a pass do not hold: <c>x_t = lb x_{t-1} + f B u_t</c> and
/// <c>s_t = 2 conj(C) dy_t + conj(lb) s_{t+1}</c>, plain recurrences in double.
/// </content>
internal sealed partial class S4D
{
    protected override void ShowStates(in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> outputGradient)
    {
        var states = new float[pass.Rows * 2 * States];
        var gradients = new float[states.Length];
        for (int h = 0; h < InputSize; h++)
        {
            for (int d = 0; d < Directions; d++)
            {
                for (int n = 0; n < States; n++)
                {
                    var discrete = Discretize(pass.Weights.Values, h, n);
                    Complex b = discrete.Factor * Parameters.Input(pass.Weights.Values, h, n),
                        c = 2 * Complex.Conjugate(Parameters.ReadOut(pass.Weights.Values, d, h, n));
                    for (int s = 0; s < pass.Sequences; s++)
                    {
                        int start = pass.Starts[s], end = pass.Starts[s + 1];
                        Scan(start, end, d == 1, discrete.Pole, b, input, h, states, n);
                        Scan(start, end, d == 0, Complex.Conjugate(discrete.Pole), c, outputGradient, h, gradients, n);
                    }
                }
                pass.Observer!.See(_pole, h * States, d, states, gradients);
            }
        }
    }

    // x = pole x + factor u, row by row from the start or from the end, of one channel and one state.
    private void Scan(
        int start, int end, bool reverse, Complex pole, Complex factor, ReadOnlySpan<float> rows, int channel, float[] states, int state)
    {
        Complex x = 0;
        for (int i = start; i < end; i++)
        {
            int row = reverse ? start + end - 1 - i : i, at = row * 2 * States + state;
            x = pole * x + factor * rows[row * InputSize + channel];
            (states[at], states[at + States]) = ((float)x.Real, (float)x.Imaginary);
        }
    }
}
