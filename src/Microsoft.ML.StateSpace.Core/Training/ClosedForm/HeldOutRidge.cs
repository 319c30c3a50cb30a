using System.Numerics.Tensors;
using Microsoft.ML.StateSpace.Execution;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// Ridge regression of more rows than can each be left out: normal equations by blocks of rows, solved by Cholesky, with the penalty that
/// answers best to a tenth of the rows, which are held out; then with these too. Where targets are values the tenth is made of stretches of
/// neighbours, since windows of one record overlap.
/// </summary>
internal static class HeldOutRidge
{
    private const int HeldOut = 10, BlockRows = 1024, Stretches = 5;

    // Penalties, as multiples of the mean squared length of a row.
    private static readonly double[] Penalties = [1e-4, 1e-3, 1e-2, 1e-1, 1, 10];

    /// <summary>Writes the standardised features of rows, (rows, width), to the start of a buffer.</summary>
    public delegate void FeatureSource(ReadOnlySpan<int> rows, float[] features);

    /// <param name="width">Features of a row.</param>
    /// <param name="targets">The targets.</param>
    /// <param name="source">Gives the features.</param>
    /// <param name="seed">Chooses the rows that are held out.</param>
    /// <param name="workers">Threads.</param>
    /// <param name="cancellation">Ends the work between two steps.</param>
    public static ReadOut Solve(
        int width, ReadOutTargets targets, FeatureSource source, int seed, Workers workers, CancellationToken cancellation)
    {
        int held = Math.Max(1, targets.Count / HeldOut);
        var random = new Random(seed);
        int[] order = targets.Classes is null ? Neighbours(targets.Count, held, random) : Shuffled(targets.Count, random);
        int[] last = order[..held], others = order[held..];
        Array.Sort(last);
        Array.Sort(others);
        var equations = new NormalEquations(width, targets.Outputs, workers);
        AddAll(equations, width, targets, source, others, cancellation);

        var matrix = new float[(long)width * width];
        double least = double.PositiveInfinity, penalty = Penalties[0];
        double[] scores = [];
        foreach (double candidate in Penalties)
        {
            cancellation.ThrowIfCancellationRequested();
            if (SolveWith(equations, candidate * width, matrix, width, targets.Outputs, workers) is not { } found)
                continue;
            double[] answers = Answers(found, width, targets.Outputs, source, last);
            double loss = LeftOutScores.Loss(answers, targets, last);
            if (loss < least)
                (least, penalty, scores) = (loss, candidate, answers);
        }
        double factor = LeftOutScores.Calibrate(scores, targets, last);
        var (judged, metric) = LeftOutScores.Judge(scores, targets, last, factor);
        AddAll(equations, width, targets, source, last, cancellation);
        var (weight, bias) = SolveWith(equations, penalty * width, matrix, width, targets.Outputs, workers)
            ?? throw new InvalidOperationException("The normal equations of more rows are less definite than those of fewer.");
        for (int i = 0; i < weight.Length; i++)
            weight[i] = (float)(factor * weight[i]);
        return new ReadOut(weight, [.. bias.Select(b => (float)(factor * b))], penalty, judged, metric);
    }

    private static int[] Shuffled(int rows, Random random)
    {
        int[] order = [.. Enumerable.Range(0, rows)];
        random.Shuffle(order);
        return order;
    }

    // First the rows of stretches, one at a random place in each part of the rows, then the others.
    private static int[] Neighbours(int rows, int held, Random random)
    {
        var isHeld = new bool[rows];
        for (int stretch = 0; stretch < Stretches; stretch++)
        {
            int first = (int)((long)stretch * rows / Stretches), end = (int)((stretch + 1L) * rows / Stretches);
            int size = (int)((stretch + 1L) * held / Stretches) - (int)((long)stretch * held / Stretches);
            isHeld.AsSpan(first + random.Next(end - first - size + 1), size).Fill(true);
        }
        return [.. Enumerable.Range(0, rows).OrderBy(row => !isHeld[row])];
    }

    private static void AddAll(
        NormalEquations equations, int width, ReadOutTargets targets, FeatureSource source, int[] rows, CancellationToken cancellation)
    {
        var features = new float[Math.Min(BlockRows, rows.Length) * width];
        for (int start = 0; start < rows.Length; start += BlockRows)
        {
            cancellation.ThrowIfCancellationRequested();
            var block = rows.AsSpan(start, Math.Min(BlockRows, rows.Length - start));
            source(block, features);
            equations.Add(features, targets, block);
        }
    }

    private static (float[] Weight, double[] Bias)? SolveWith(
        NormalEquations equations, double penalty, float[] matrix, int width, int outputs, Workers workers)
    {
        equations.Matrix(penalty, matrix);
        if (!BlockCholesky.Factor(matrix, width, workers))
            return null;
        float[] weight = equations.Right();
        workers.Run(outputs, (_, k) => BlockCholesky.Solve(matrix, weight.AsSpan(k * width, width)));
        double[] bias = equations.TargetMeans, means = equations.Means;
        for (int k = 0; k < outputs; k++)
            for (int j = 0; j < width; j++)
                bias[k] -= weight[k * width + j] * means[j];
        return (weight, bias);
    }

    // (rows, outputs)
    private static double[] Answers((float[] Weight, double[] Bias) readOut, int width, int outputs, FeatureSource source, int[] rows)
    {
        var answers = new double[rows.Length * outputs];
        var features = new float[Math.Min(BlockRows, rows.Length) * width];
        for (int start = 0; start < rows.Length; start += BlockRows)
        {
            int count = Math.Min(BlockRows, rows.Length - start);
            source(rows.AsSpan(start, count), features);
            for (int i = 0; i < count; i++)
                for (int k = 0; k < outputs; k++)
                    answers[(start + i) * outputs + k] = readOut.Bias[k] + TensorPrimitives.Dot(
                        readOut.Weight.AsSpan(k * width, width), features.AsSpan(i * width, width));
        }
        return answers;
    }
}
