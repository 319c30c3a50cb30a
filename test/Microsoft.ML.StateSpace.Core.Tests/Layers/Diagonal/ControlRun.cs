using System.Numerics;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Core.Tests.Layers;

/// <summary>A diagonal core by itself: backward passes that collect its sums, and what the oracle makes of its prepared values.</summary>
internal sealed class ControlRun
{
    private readonly float[] _prepared;

    public ControlRun(Func<ParameterLayout, DiagonalCore> create)
    {
        ParameterLayout? layout = null;
        Run = new LayerRun(given => create(layout = given));
        Core = (DiagonalCore)Run.Layer;
        _prepared = new float[layout!.PreparedLength];
        Run.Prepare();
    }

    public LayerRun Run { get; }

    public DiagonalCore Core { get; }

    /// <summary>The gradient of the prepared values, behind a backward pass.</summary>
    public double[] PreparedGradient { get; private set; } = [];

    public Weights Weights => new(Run.Parameters.Values, Prepared());

    public Complex[] Poles()
    {
        var poles = Core.PolesOf(Prepared());
        var values = new Complex[Core.States];
        for (int n = 0; n < values.Length; n++)
            values[n] = new(poles[n], poles[Core.States + n]);
        return values;
    }

    public Complex[,] InputMatrix() => Matrix(Core.InputMatrixOf(Prepared()));

    /// <summary>The sums of a backward pass over whole sequences.</summary>
    public CoreSums Backward(float[] input, float[] upstream, int[] lengths)
    {
        Run.Forward(input, lengths);
        var sums = new PassSums([Core]);
        var gradients = new float[Run.Parameters.Values.Length];
        var prepared = new float[_prepared.Length];
        Core.Backward(
            Pass(lengths, new float[Core.ScratchSize(lengths.Sum(), lengths.Length)], sums, isPiece: false), input, Run.Kept, upstream,
            new float[input.Length],
            new Gradients(gradients, prepared));
        PreparedGradient = [.. prepared];
        return sums[0];
    }

    /// <summary>The sums of a backward pass over one sequence that is cut into two pieces.</summary>
    public CoreSums BackwardPieces(float[] input, float[] upstream, int cut)
    {
        int size = Core.InputSize, rows = input.Length / size;
        int[] lengths = [cut, rows - cut];
        float[][] inputs = [input[..(cut * size)], input[(cut * size)..]], upstreams = [upstream[..(cut * size)], upstream[(cut * size)..]];
        float[][] kept = [.. lengths.Select(length => new float[Core.KeptSize(length, 1)])],
            scratch = [.. lengths.Select(length => new float[Core.ScratchSize(length, 1)])];
        var sums = new PassSums([Core]);
        var gradients = new Gradients(new float[Run.Parameters.Values.Length], new float[_prepared.Length]);
        Pass Of(int i) => Pass([lengths[i]], scratch[i], sums, isPiece: true);
        for (int i = 0; i < 2; i++)
            Core.ForwardPhase(0, Of(i), inputs[i], [], kept[i]);
        for (int i = 0; i < 2; i++)
            Core.ClearEdges(0, lengths[i], kept[i]);
        Core.ForwardCarry(0, Weights, lengths[0], kept[0], lengths[1], kept[1], reverse: false);
        Core.ForwardCarry(0, Weights, lengths[1], kept[1], lengths[0], kept[0], reverse: true);
        for (int i = 0; i < 2; i++)
            Core.ForwardPhase(1, Of(i), inputs[i], new float[inputs[i].Length], kept[i]);
        for (int i = 0; i < 2; i++)
            Core.BackwardPhase(1, Of(i), inputs[i], kept[i], upstreams[i], new float[inputs[i].Length], gradients);
        for (int i = 0; i < 2; i++)
            Core.ClearGradientEdges(0, lengths[i], scratch[i]);
        Core.BackwardCarry(0, Weights, lengths[1], scratch[1], lengths[0], scratch[0], reverse: false);
        Core.BackwardCarry(0, Weights, lengths[0], scratch[0], lengths[1], scratch[1], reverse: true);
        for (int i = 0; i < 2; i++)
            Core.BackwardPhase(0, Of(i), inputs[i], kept[i], upstreams[i], new float[inputs[i].Length], gradients);
        return sums[0];
    }

    /// <summary>The same sums in double, from the prepared values: the costates are minus the gradients of the states.</summary>
    public ControlSums Oracle(float[] input, float[] upstream, int[] lengths)
    {
        int size = Core.InputSize, states = Core.States;
        var sums = new ControlSums(
            new double[size, size], new double[states], new Complex[states, size], new Complex[states], new Complex[states, size]);
        double[][][] u = Split(input, lengths), dy = Split(upstream, lengths);
        for (int d = 0; d < Core.Directions; d++)
        {
            for (int m = 0; m < lengths.Length; m++)
            {
                // Read from its end, a sequence is one with its rows in reverse order.
                double[][] rows = d == 0 ? u[m] : [.. u[m].Reverse()], errors = d == 0 ? dy[m] : [.. dy[m].Reverse()];
                double[][] zeros = [.. rows.Select(_ => new double[size])];
                var problem = new ControlProblem(Core.IsPre, Poles(), InputMatrix(), OutputMatrix(d), new double[size], [rows], [zeros]);
                // With these targets the errors are the gradients of the outputs.
                double[][] outputs = problem.Errors(0, problem.Trajectory(0));
                problem = problem with { Targets = [[.. outputs.Zip(errors, (y, e) => y.Zip(e, (a, b) => a - b).ToArray())]] };
                Complex[][] x = problem.Trajectory(0), p = problem.Costates(0);
                for (int t = 0; t < rows.Length; t++)
                    sums.Add(rows[t], x[t], p[t + 1]);
            }
        }
        return sums;
    }

    private float[] Prepared()
    {
        Core.Prepare(new Weights(Run.Parameters.Values, _prepared));
        return _prepared;
    }

    private Pass Pass(int[] lengths, float[] scratch, PassSums sums, bool isPiece) => new()
    {
        Weights = Weights, Starts = LayerRun.Starts(lengths), Scratch = scratch, Sums = sums, IsPiece = isPiece,
    };

    private Complex[,] Matrix(ReadOnlySpan<float> planes)
    {
        var matrix = new Complex[Core.States, Core.InputSize];
        for (int n = 0; n < Core.States; n++)
            for (int h = 0; h < Core.InputSize; h++)
                matrix[n, h] = new(planes[n * Core.InputSize + h], planes[(Core.States + n) * Core.InputSize + h]);
        return matrix;
    }

    // The core holds (Re C, -Im C).
    private Complex[,] OutputMatrix(int direction)
    {
        var planes = Core.OutputMatrixOf(Prepared(), direction);
        var matrix = new Complex[Core.OutputSize, Core.States];
        for (int o = 0; o < Core.OutputSize; o++)
            for (int n = 0; n < Core.States; n++)
                matrix[o, n] = new(planes[2 * o * Core.States + n], -planes[(2 * o + 1) * Core.States + n]);
        return matrix;
    }

    private double[][][] Split(float[] packed, int[] lengths)
    {
        double[][] rows = [.. packed.Select(value => (double)value).Chunk(Core.InputSize)];
        int[] starts = LayerRun.Starts(lengths);
        return [.. lengths.Select((length, i) => rows[starts[i]..(starts[i] + length)])];
    }
}
