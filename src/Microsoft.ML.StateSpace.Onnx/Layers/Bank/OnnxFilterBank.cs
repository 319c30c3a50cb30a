using System.Numerics;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Models;

namespace Microsoft.ML.StateSpace.Onnx.Layers;

/// <summary><see cref="FilterBank"/>: filters of order one, (..., H) to their complex states, (..., 2N).</summary>
internal sealed class OnnxFilterBank(FilterBank bank)
{
    /// <summary>The states behind each time step.</summary>
    /// <param name="pass">The pass, from the end where the bank reads from there.</param>
    /// <param name="input">(..., H), in the order of reading.</param>
    /// <param name="initial">
    /// The state before the first time step, (batch, 1, 2N), or in a step (batch, 2N); <see langword="null"/> for zeros.
    /// </param>
    public Value Apply(OnnxPass pass, Value input, Value? initial)
    {
        var v = Drive(pass, input);
        // What the recurrence gets in the place of a state that is not zero: it comes with the first input.
        Value? before = initial is { } state ? pass.IsFirst.Choose(state, pass.Graph.Constant(0f)) : null;
        if (bank.HasIntervals)
            return Held(pass, v, before ?? v * 0);
        return DiagonalScan.Apply(pass, bank.Poles.Of(pass.Values), before is { } x ? v + Multiply(pass, x, Poles(pass)) : v);
    }

    /// <summary>A share of the state that a row leads to if it is held for ever, <c>B u / (1 - lambda)</c>.</summary>
    public Value Steady(OnnxPass pass, float share, Value held)
    {
        var v = Drive(pass, held);
        return bank.HasIntervals ? v * -share : Multiply(pass, v, [.. Poles(pass).Select(pole => share / (1 - pole))]);
    }

    /// <summary>The answers of the filters, the real parts of states.</summary>
    public Value Outputs(Value states) => states.Slice(-1, 0, bank.Filters);

    private Value Drive(OnnxPass pass, Value input)
        => input.MatMul(
            pass.Transposed(bank.InputMatrix.Name, bank.InputMatrix.Of(pass.Values), bank.StateSize, bank.Inputs));

    private Complex[] Poles(OnnxPass pass)
    {
        float[] poles = [.. bank.Poles.Of(pass.Values)];
        return [.. Enumerable.Range(0, bank.Filters).Select(n => new Complex(poles[n], poles[bank.Filters + n]))];
    }

    private static Value Multiply(OnnxPass pass, Value x, Complex[] factors)
    {
        var (real, imaginary) = DiagonalScan.Factors(pass.Graph, factors);
        return DiagonalScan.Multiply(x, real, imaginary, factors.Length);
    }

    // x_t = x_{t-1} + E (x_{t-1} + w_t), where the state before the first step comes with it.
    private Value Held(OnnxPass pass, Value w, Value initial)
    {
        int filters = bank.Filters;
        var poles = pass.Constant(bank.Poles);
        var (real, imaginary) = OnnxHeldIncrement.Of(
            poles.Slice(0, 0, 1).Squeeze(0) * pass.Intervals, poles.Slice(0, 1).Squeeze(0) * pass.Intervals);
        Value factor = Value.Concat(-1, real, real), turned = Value.Concat(-1, -imaginary, imaginary);
        return pass.Recur([[2 * filters]], [w, initial, factor, turned], (states, now) =>
        {
            var before = states[0] + now[1];
            var next = before + DiagonalScan.Multiply(before + now[0], now[2], now[3], filters);
            return ([next], [next]);
        })[0];
    }
}
