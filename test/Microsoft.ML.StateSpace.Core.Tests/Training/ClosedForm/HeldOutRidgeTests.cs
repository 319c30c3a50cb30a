using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Training.ClosedForm;

/// <summary>
/// The ridge regression of many rows: its parts against plain sums in double, and the same bits for any number of threads.
/// </summary>
public class HeldOutRidgeTests
{
    private const int Width = 150, Rows = 400;

    [Theory]
    [InlineData(1)]
    [InlineData(130)] // more than a block of columns
    [InlineData(300)]
    public void Factor_IsTheCholeskyFactor(int size)
    {
        float[] matrix = PositiveDefinite(size, seed: size), given = [.. matrix];
        using var workers = new Workers(2);
        BlockCholesky.Factor(matrix, size, workers).Should().BeTrue();
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double sum = 0;
                for (int k = 0; k <= j; k++)
                    sum += (double)matrix[i * size + k] * matrix[j * size + k];
                sum.Should().BeApproximately(given[i * size + j], 1e-5 * given[i * size + i], $"row {i}, column {j}");
            }
        }
    }

    [Fact]
    public void Solve_SolvesTheSystem()
    {
        const int Size = 200;
        float[] matrix = PositiveDefinite(Size, seed: 1), given = [.. matrix];
        var random = new Random(2);
        double[] expected = [.. Enumerable.Range(0, Size).Select(_ => random.NextDouble() - 0.5)];
        float[] x = [.. Enumerable.Range(0, Size).Select(i
            => (float)Enumerable.Range(0, Size).Sum(j => given[Math.Max(i, j) * Size + Math.Min(i, j)] * expected[j]))];
        using var workers = new Workers(1);
        BlockCholesky.Factor(matrix, Size, workers).Should().BeTrue();
        BlockCholesky.Solve(matrix, x);
        for (int i = 0; i < Size; i++)
            x[i].Should().BeApproximately((float)expected[i], 1e-4f);
    }

    [Fact]
    public void Factor_TellsWhereThereIsNone()
    {
        float[] matrix = PositiveDefinite(140, seed: 3);
        matrix[139 * 140 + 139] = -1;
        using var workers = new Workers(1);
        BlockCholesky.Factor(matrix, 140, workers).Should().BeFalse();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Equations_AreThoseOfCentredWeightedRows(bool isWeighted)
    {
        const int Features = 7;
        var targets = Targets(isWeighted ? [2, 1, 0.5] : null);
        float[] z = Draw(Rows * Features, seed: 4);
        using var workers = new Workers(2);
        var equations = new NormalEquations(Features, targets.Outputs, workers);
        equations.Add([.. z[..(300 * Features)]], targets, [.. Enumerable.Range(0, 300)]);
        equations.Add([.. z[(300 * Features)..]], targets, [.. Enumerable.Range(300, Rows - 300)]);
        float[] matrix = new float[Features * Features], right = equations.Right();
        equations.Matrix(3, matrix);
        double total = targets.Weights.Sum(weight => (double)weight);
        double Mean(Func<int, double> of) => Enumerable.Range(0, Rows).Sum(row => targets.Weights[row] * of(row)) / total;
        double[] means = [.. Enumerable.Range(0, Features).Select(i => Mean(row => z[row * Features + i]))];
        for (int i = 0; i < Features; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double expected = total * Mean(row => (z[row * Features + i] - means[i]) * (z[row * Features + j] - means[j]));
                matrix[i * Features + j].Should().BeApproximately((float)(expected + (i == j ? 3 : 0)), 1e-3f);
            }
            for (int k = 0; k < targets.Outputs; k++)
            {
                double expected = total * Mean(row => (z[row * Features + i] - means[i]) * targets.Values[row * targets.Outputs + k]);
                right[k * Features + i].Should().BeApproximately((float)expected, 1e-3f);
            }
        }
    }

    [Fact]
    public void Solve_FindsWhatTheTargetsFollowFrom_WithTheSameBitsForAnyThreads()
    {
        var targets = Targets(null);
        float[] features = Features(targets);
        var one = Solve(features, targets, threads: 1);
        one.Metric.Should().BeGreaterThan(0.9, "three features tell the classes apart");
        one.Loss.Should().BeLessThan(0.3);
        for (int threads = 2; threads <= 3; threads++)
        {
            var many = Solve(features, targets, threads);
            many.Weight.Should().Equal(one.Weight);
            many.Bias.Should().Equal(one.Bias);
        }
        Solve(features, targets, threads: 1, seed: 9).Weight.Should().NotEqual(one.Weight, "other rows are held out");
    }

    [Fact]
    public void Solve_OfValues_IsNotJudgedByTheNeighboursOfWhatItKnows()
    {
        // Runs of four rows that are alike, as windows of one record are, whose value is the run's own and follows from nothing.
        var layout = new ParameterLayout();
        var head = new Head(layout, SequenceTask.Regression, 1);
        var data = new SequenceSet(1, head.Targets);
        float[] values = Draw(Rows, seed: 11), features = Draw(Rows * Width, seed: 12);
        for (int row = 0; row < Rows; row++)
        {
            int first = row / 4 * 4;
            data.Add([0], [values[first]]);
            features.AsSpan(first * Width, Width).CopyTo(features.AsSpan(row * Width));
        }
        var targets = ReadOutTargets.Of(data, head, layout.Create(new Random(1)).Values, null);

        var solved = Solve(features, targets, threads: 1);

        // Rows at random would be answered from their likes nearly without error.
        double mean = targets.Values.Average(value => (double)value);
        double variance = targets.Values.Average(value => (value - mean) * (value - mean));
        solved.Loss.Should().BeGreaterThan(0.2 * variance);
        Solve(features, targets, threads: 2).Weight.Should().Equal(solved.Weight);
    }

    [Fact]
    public void Fit_OfManySequences_TakesThem()
    {
        // Just more than can each be left out; few filters keep it short.
        var data = new SequenceSet(1, TargetLayout.Of(SequenceTask.Classification, 2));
        var random = new Random(5);
        for (int i = 0; i < FeatureRows.MostLeftOut + 20; i++)
        {
            double frequency = i % 2 == 0 ? 0.4 : 0.9, phase = Math.Tau * random.NextDouble();
            data.Add([.. Enumerable.Range(0, 24).Select(t => (float)(Math.Sin(frequency * t + phase) + 0.3 * random.NextDouble()))], i % 2);
        }
        var options = new SequenceModelOptions
        {
            Task = SequenceTask.Classification, Inputs = 1, Outputs = 2, Architecture = new StateSpaceBankOptions { Filters = 128 },
        };
        var model = ModelTraining.Fit(options, new TrainingOptions { Seed = 1, Threads = 2 }, data);
        model.Summary.ValidationMetric.Should().BeGreaterThan(0.97);
        var predictor = new SequencePredictor(model);
        var answer = new float[2];
        int right = 0;
        for (int i = 0; i < 200; i++)
        {
            predictor.Predict(data.Values(i), answer);
            right += (answer[1] > answer[0]) == (i % 2 == 1) ? 1 : 0;
        }
        right.Should().BeGreaterThan(195);
    }

    private static StateSpace.Training.ReadOut Solve(float[] features, ReadOutTargets targets, int threads, int seed = 8)
    {
        using var workers = new Workers(threads);
        return HeldOutRidge.Solve(
            Width, targets, (rows, buffer) =>
            {
                for (int i = 0; i < rows.Length; i++)
                    features.AsSpan(rows[i] * Width, Width).CopyTo(buffer.AsSpan(i * Width));
            }, seed, workers, default);
    }

    // Noise, but for the first features, which are the classes.
    private static float[] Features(ReadOutTargets targets)
    {
        float[] features = Draw(Rows * Width, seed: 7);
        for (int row = 0; row < Rows; row++)
            features[row * Width + targets.Classes![row]] += 4;
        return features;
    }

    private static ReadOutTargets Targets(double[]? weights)
    {
        var data = new SequenceSet(1, TargetLayout.Of(SequenceTask.Classification, 3));
        for (int i = 0; i < Rows; i++)
            data.Add([i], i % 3);
        return ReadOutTargets.Of(data, new Head(new ParameterLayout(), SequenceTask.Classification, 3), [], weights);
    }

    private static float[] PositiveDefinite(int size, int seed)
    {
        float[] z = Draw(size * 2 * size, seed);
        var matrix = new float[size * size];
        for (int i = 0; i < size; i++)
            for (int j = 0; j < size; j++)
            {
                float sum = Enumerable.Range(0, 2 * size).Sum(k => z[i * 2 * size + k] * z[j * 2 * size + k]);
                matrix[i * size + j] = sum + (i == j ? 1 : 0);
            }
        return matrix;
    }

    private static float[] Draw(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)Initialize.Gaussian(random))];
    }
}
