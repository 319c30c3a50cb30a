using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Kernels;

namespace Microsoft.ML.StateSpace.Benchmarks.Compare;

/// <summary>The products of a linear map over many rows, forward and both gradients, on one thread and on all.</summary>
internal static class GemmRows
{
    private const int Rounds = 9, Repeats = 16; // in a row, so that threads behind a pause have come to processors of their own

    public static void Run(Machine machine, bool hasPeer, Report report)
    {
        var table = report.Table(
            "Matrix products, GFLOP/s", "rows x in x out", "product", "one thread", "all threads", "all / one",
            "of sgemm 1024^3, one thread", "of floor, all threads");
        using var workers = new Workers(Machine.Threads);
        foreach (var (rows, inputs, outputs) in ((int, int, int)[])[(16384, 64, 64), (16384, 128, 64), (8192, 256, 512)])
        {
            var shape = new Shape(rows, inputs, outputs);
            (string Name, Action<int, int, int> Part)[] products =
                [("x W^T", shape.Forward), ("dy W", shape.InputGradient), ("dy^T x", shape.WeightGradient)];
            foreach (var (name, part) in products)
            {
                // Each thread gets a share of the rows. For the gradient of the weights each share has a sum of its own, as each shard
                // of the engine does.
                void One() => part(0, rows, 0);
                void Share(int worker, int piece) => part(piece * (rows / Machine.Threads), rows / Machine.Threads, piece);
                void All() => workers.Run(Machine.Threads, Share);
                Turns.Warm(One);
                double[] ms = Turns.Medians(Rounds, () => Turns.Again(() => Repeated(One)), () => Turns.Again(() => Repeated(All)));
                double floor = machine.Floor(new Work(shape.Flops, shape.Bytes)), one = shape.Flops / ms[0] / 1e6;
                table.Row(
                    $"{rows} x {inputs} x {outputs}", name, Table.Number(one), Table.Number(shape.Flops / ms[1] / 1e6),
                    Table.Number(ms[0] / ms[1]), Table.Percent(one / machine.OneThread), Table.Percent(floor / ms[1]));
            }
        }
    }

    private static double Repeated(Action action) => Turns.Milliseconds(() =>
    {
        for (int i = 0; i < Repeats; i++)
            action();
    }) / Repeats;

    private sealed class Shape(int rows, int inputs, int outputs)
    {
        private readonly float[] _x = Check.Random(rows * inputs, 1);
        private readonly float[] _w = Check.Random(outputs * inputs, 2);
        private readonly float[] _dy = Check.Random(rows * outputs, 3);
        private readonly float[] _y = new float[rows * outputs];
        private readonly float[] _dx = new float[rows * inputs];
        private readonly float[] _dw = new float[Machine.Threads * outputs * inputs];

        public double Flops => 2.0 * rows * inputs * outputs;

        public double Bytes => 4.0 * rows * (inputs + outputs);

        public void Forward(int first, int count, int piece) => Gemm.Multiply(
            count, outputs, inputs, _x.AsSpan(first * inputs), inputs, false, _w, inputs, true,
            _y.AsSpan(first * outputs), outputs, accumulate: false);

        public void InputGradient(int first, int count, int piece) => Gemm.Multiply(
            count, inputs, outputs, _dy.AsSpan(first * outputs), outputs, false, _w, inputs, false,
            _dx.AsSpan(first * inputs), inputs, accumulate: false);

        public void WeightGradient(int first, int count, int piece) => Gemm.Multiply(
            outputs, inputs, count, _dy.AsSpan(first * outputs), outputs, true, _x.AsSpan(first * inputs), inputs, false,
            _dw.AsSpan(piece * outputs * inputs), inputs, accumulate: false);
    }
}
