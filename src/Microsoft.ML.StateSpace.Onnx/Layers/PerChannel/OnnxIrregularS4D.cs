using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Models;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Onnx.Layers;

/// <summary>
/// <see cref="IrregularS4D"/>: for every channel <c>x_t = x_{t-1} + E_t (x_{t-1} + b u_t)</c>, <c>y_t = Re(c x_t) + D u_t</c>. A
/// bidirectional core scans from the end, too. Over whole sequences the recurrence takes <see cref="Rows"/> steps at once: their E are
/// computed together, since many small operators are what costs most in ONNX Runtime; all E of a sequence would not fit in memory.
/// </summary>
internal sealed class OnnxIrregularS4D(IrregularS4D core) : IOnnxLayer
{
    private const int Rows = 8;

    public Value Apply(OnnxPass pass, Value input)
    {
        var y = input * pass.Constant(core.FeedThrough) + Scan(pass, input, core.ReadOuts[0]);
        return core.ReadOuts.Length == 1 ? y : y + pass.Reverse(Scan(pass.FromEnd(), pass.Reverse(input), core.ReadOuts[1]));
    }

    private Value Scan(OnnxPass pass, Value input, Slot readOut)
    {
        int channels = core.InputSize;
        if (pass is not WholePass whole)
            return Recurrence(pass, input, pass.Intervals, readOut, 1);
        var rows = whole.Chunked(input, Rows, channels).Reshape(0, 0, Rows * channels);
        var intervals = whole.Chunked(pass.Intervals, Rows, 1).Squeeze(3);
        return whole.Unchunked(Recurrence(pass, rows, intervals, readOut, Rows), channels);
    }

    // Some steps at a time, whose inputs and intervals lie side by side.
    private Value Recurrence(OnnxPass pass, Value inputs, Value intervals, Slot readOut, int rows)
    {
        int channels = core.InputSize;
        Planes zeta = Constant(pass, "Zeta", core.Zeta), b = Constant(pass, "B", core.InputVector), c = Constant(pass, "C", readOut);
        long[] state = [core.States, channels];
        return pass.Recur([state, state], [inputs, intervals], (states, now) =>
        {
            // (batch, rows, N, H), and of one step (batch, 1, N, H): to leave out the axis would be one more copy of each.
            var increments = PoleIncrements.Of(core.Discretization, zeta, now[1].Reshape(-1, rows, 1, 1));
            var added = increments * (b * new Planes(now[0].Reshape(-1, rows, 1, channels)));
            Planes[] e = Each(increments, rows), v = Each(added, rows), all = new Planes[rows];
            var x = new Planes(states[0], states[1]).Each(plane => plane.Unsqueeze(1));
            for (int i = 0; i < rows; i++)
                all[i] = x += e[i] * x + v[i];
            var joined = new Planes(
                Value.Concat(1, [.. all.Select(row => row.Re)]), Value.Concat(1, [.. all.Select(row => row.Im!.Value)]));
            return (x.Each(plane => plane.Squeeze(1)).Parts, [Planes.RealProduct(c, joined).Sum(-2).Reshape(-1, rows * channels)]);
        })[0];
    }

    private static Planes[] Each(Planes rows, int count)
    {
        long[] ones = [.. Enumerable.Repeat(1L, count)];
        return [.. rows.Re.SplitAxis(1, ones).Zip(rows.Im!.Value.SplitAxis(1, ones), (re, im) => new Planes(re, im))];
    }

    // (N, H) each
    private Planes Constant(OnnxPass pass, string name, Slot slot)
    {
        var values = slot.Of(pass.Prepared);
        int plane = core.States * core.InputSize;
        return new(
            pass.Graph.Constant(name + ".Real", values[..plane], core.States, core.InputSize),
            pass.Graph.Constant(name + ".Imaginary", values[plane..], core.States, core.InputSize));
    }
}
