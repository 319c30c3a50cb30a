using System.Numerics;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <content>The systems of the channels as matrices.</content>
internal abstract partial class ChannelCore : IChannelSystems
{
    public int ChannelOrder => 2 * States;

    public bool HasFilter => SobolevExponent is not null;

    public void WriteSystem(in Weights weights, int channel, int direction, Matrix a, Matrix b, Matrix c, Matrix d)
    {
        WriteState(weights, channel, a, b);
        // Of complex states in two planes, Re(c x) is (Re c, -Im c) x.
        var readOut = new Matrix(1, ChannelOrder);
        for (int n = 0; n < States; n++)
        {
            var value = ReadOutOf(weights, channel, direction, n);
            (readOut[0, n], readOut[0, States + n]) = (value.Real, -value.Imaginary);
        }
        c.AddProduct(readOut, a);
        d.AddProduct(readOut, b);
        if (direction == 0)
            d[0, 0] += FeedThrough.Of(weights.Values)[channel];
    }

    /// <summary>Fills in A and b of a channel, whose states are two planes.</summary>
    protected abstract void WriteState(in Weights weights, int channel, Matrix a, Matrix b);

    /// <summary>c in <c>y = Re(c x)</c>.</summary>
    public abstract Complex ReadOutOf(in Weights weights, int channel, int direction, int state);

    /// <summary>Multiplication with a complex number, at a state's diagonal.</summary>
    protected void SetDiagonal(Matrix a, int state, Complex value)
    {
        a[state, state] = a[States + state, States + state] = value.Real;
        (a[state, States + state], a[States + state, state]) = (-value.Imaginary, value.Imaginary);
    }
}
