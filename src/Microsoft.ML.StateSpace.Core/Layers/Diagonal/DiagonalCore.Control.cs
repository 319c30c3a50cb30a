using System.Numerics;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <content>Poles and input matrix as the controls of the states: what a closed step for them needs, and the way back from it.</content>
internal abstract partial class DiagonalCore
{
    /// <summary>Whether the poles and the input matrix can be set to any value within the radii that are allowed.</summary>
    public virtual bool HasClosedStep => true;

    /// <summary>
    /// The parameters that poles and input matrix are made of. A closed step for these sets them, or leaves them as they are, and no
    /// others.
    /// </summary>
    public abstract IReadOnlyList<Parameter> ControlParameters { get; }

    /// <summary>The largest magnitude that pole <paramref name="n"/> can be given while its step size stays.</summary>
    public virtual double LargestRadiusOf(ReadOnlySpan<float> values, int n) => LargestRadius;

    /// <summary>Whether a pole has parameters. Where it has none, the state must stay as it is.</summary>
    public virtual bool CanMoveTo(Complex pole) => true;

    /// <summary>The prepared poles, (2, N).</summary>
    public ReadOnlySpan<float> PolesOf(ReadOnlySpan<float> prepared) => Lambda.Of(prepared);

    /// <summary>The prepared input matrix, (2N, H).</summary>
    public ReadOnlySpan<float> InputMatrixOf(ReadOnlySpan<float> prepared) => InputMatrix.Of(prepared);

    /// <summary>The part of a buffer laid out as the prepared values that belongs to the poles.</summary>
    public ReadOnlySpan<double> PolesOf(ReadOnlySpan<double> prepared) => prepared.Slice((int)Lambda.Offset, (int)Lambda.Length);

    /// <summary>The part of a buffer laid out as the prepared values that belongs to the input matrix.</summary>
    public ReadOnlySpan<double> InputMatrixOf(ReadOnlySpan<double> prepared)
        => prepared.Slice((int)InputMatrix.Offset, (int)InputMatrix.Length);

    /// <summary>The prepared output matrix of a direction, (H, 2N), which holds (Re C, -Im C) with its factor.</summary>
    public ReadOnlySpan<float> OutputMatrixOf(ReadOnlySpan<float> prepared, int direction) => OutputMatrices[direction].Of(prepared);

    /// <summary>
    /// Sets the parameters of state <paramref name="n"/> so that it is prepared as this pole and this row of the input matrix. What is not
    /// needed for that, such as a step size, stays; of angles that differ by full turns the nearest to the old one is taken.
    /// </summary>
    /// <param name="values">The parameters of the model.</param>
    /// <param name="n">The state.</param>
    /// <param name="pole">Not zero, within <see cref="LargestRadiusOf"/>, and such that <see cref="CanMoveTo"/>.</param>
    /// <param name="inputs">(H).</param>
    public void MoveState(Span<float> values, int n, Complex pole, ReadOnlySpan<Complex> inputs)
    {
        var factor = MovePole(values, n, pole);
        var b = InputParameter.Of(values);
        for (int h = 0; h < inputs.Length; h++)
        {
            var input = inputs[h] / factor;
            (b[n * InputSize + h], b[(States + n) * InputSize + h]) = ((float)input.Real, (float)input.Imaginary);
        }
    }

    /// <summary>Sets the parameters of a pole, and returns by what its row of the input matrix is multiplied when it is prepared.</summary>
    protected abstract Complex MovePole(Span<float> values, int n, Complex pole);

    // Behind the scans of a backward pass, while the scratch memory holds the gradients of the states of each direction.
    private void AddSums(in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept)
    {
        if (pass.Sums?.Of(this) is not CoreSums sums)
            return;
        int rows = pass.Rows;
        for (int d = 0; d < Directions; d++)
        {
            for (int i = 0; i < pass.Sequences; i++)
            {
                int start = pass.Starts[i], end = pass.Starts[i + 1];
                var u = input[(start * InputSize)..(end * InputSize)];
                var states = (start * Width)..(end * Width);
                ReadOnlySpan<float> x = _rows.States(kept, rows, d)[states], s = _rows.Inputs(pass.Scratch, rows, d)[states];
                if (IsPre)
                    sums.Add(u, x, s);
                else
                    sums.Add(u, x, s, pass.IsPiece ? _rows.Edge(kept, rows, d) : default, reverse: d == 1);
            }
        }
    }
}
