using System.Runtime.CompilerServices;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// Rotary position embedding (Su et al., "RoFormer", 2021, arXiv:2104.09864): vectors are turned by angles that grow with their position,
/// so that the inner product of two of them depends on the distance between their positions alone. Of a head's channels the first half is
/// turned, as in the code of Griffin: with P pairs, channels i and P + i are the two parts of a vector in the plane, and it is turned by
/// <c>position * 10000^(-i / P)</c> radians. Cosines and sines are computed in double, once, for the positions of one block: 0 is its first
/// row, and the rows before it have negative positions. So no position is ever large, however long a sequence is.
/// </summary>
internal sealed unsafe class RotaryPhases
{
    private const double LongestWave = 10_000; // in units of 2 pi steps

    private readonly float[] _cosines;
    private readonly float[] _sines;
    private readonly int _before;

    /// <param name="headSize">Channels of a vector.</param>
    /// <param name="before">The smallest position is the negative of it.</param>
    /// <param name="rows">Positions from 0 on.</param>
    public RotaryPhases(int headSize, int before, int rows)
    {
        (HeadSize, _before, Pairs) = (headSize, before, PairsOf(headSize));
        _cosines = new float[(before + rows) * Pairs];
        _sines = new float[_cosines.Length];
        for (int position = -before; position < rows; position++)
        {
            for (int i = 0; i < Pairs; i++)
            {
                var (sine, cosine) = Math.SinCos(position * Frequency(i));
                (_sines[(before + position) * Pairs + i], _cosines[(before + position) * Pairs + i]) = ((float)sine, (float)cosine);
            }
        }
    }

    /// <summary>Channels of a vector.</summary>
    public int HeadSize { get; }

    /// <summary>P.</summary>
    public int Pairs { get; }

    /// <summary>The angle between neighbouring positions of pair <paramref name="i"/>, in radians.</summary>
    public double Frequency(int i) => Math.Pow(LongestWave, -(double)i / Pairs);

    // Half of the channels; where these are no whole pairs, one pair more, if the head has room for it.
    private static int PairsOf(int headSize) => Math.Min((headSize + 3) / 4, headSize / 2);

    /// <summary><c>y = R x</c>: turns (positions, heads, head size), the heads of a position alike.</summary>
    public void Turn(ReadOnlySpan<float> x, int heads, int position, Span<float> y)
    {
        x.CopyTo(y);
        fixed (float* py = y, cosines = _cosines, sines = _sines)
        {
            for (int row = 0; row < x.Length / HeadSize; row++)
            {
                int phase = (_before + position + row / heads) * Pairs;
                Elements.Run(new TurnKernel(py + (nint)row * HeadSize, cosines + phase, sines + phase, Pairs), Pairs);
            }
        }
    }

    /// <summary>The gradient of <see cref="Turn"/>: <c>dx += R^T dy</c>. dy is overwritten.</summary>
    public void TurnBack(Span<float> dy, int heads, int position, Span<float> dx)
    {
        fixed (float* pdy = dy, cosines = _cosines, sines = _sines)
        {
            for (int row = 0; row < dy.Length / HeadSize; row++)
            {
                int phase = (_before + position + row / heads) * Pairs;
                Elements.Run(new TurnBackKernel(pdy + (nint)row * HeadSize, cosines + phase, sines + phase, Pairs), Pairs);
            }
        }
        Activations.Add(dy, dx);
    }

    private readonly struct TurnKernel(float* x, float* cosines, float* sines, int pairs) : IElementKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TLane, TVector>(int i)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            TVector a = TLane.Load(x + i), b = TLane.Load(x + pairs + i), c = TLane.Load(cosines + i), s = TLane.Load(sines + i);
            TLane.Store(x + i, TLane.MultiplySubtract(b, s, TLane.Multiply(a, c)));
            TLane.Store(x + pairs + i, TLane.MultiplyAdd(a, s, TLane.Multiply(b, c)));
        }
    }

    private readonly struct TurnBackKernel(float* x, float* cosines, float* sines, int pairs) : IElementKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TLane, TVector>(int i)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            TVector a = TLane.Load(x + i), b = TLane.Load(x + pairs + i), c = TLane.Load(cosines + i), s = TLane.Load(sines + i);
            TLane.Store(x + i, TLane.MultiplyAdd(b, s, TLane.Multiply(a, c)));
            TLane.Store(x + pairs + i, TLane.MultiplySubtract(a, s, TLane.Multiply(b, c)));
        }
    }
}
