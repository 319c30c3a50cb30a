using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Training;

/// <summary>
/// The read-out against what it stands for: for every penalty and every row a regression of its own, without that row; where targets are
/// values, without the row and its neighbours.
/// </summary>
public class LeaveOneOutTests
{
    // Outputs, rows, features: fewer rows than features, and more; with and without weights.
    [Theory]
    [InlineData(2, 14, 30, false)]
    [InlineData(3, 15, 8, true)]
    [InlineData(3, 40, 5, true)]
    [InlineData(3, 15, 40, true)]
    public void OfClasses_IsTheBestOfAllRegressions(int classes, int rows, int width, bool weighs)
    {
        var data = new SequenceSet(1, TargetLayout.Classes);
        for (int i = 0; i < rows; i++)
            data.Add([0], i % classes);
        var head = new Head(new ParameterLayout(), SequenceTask.Classification, classes);
        Check(width, ReadOutTargets.Of(data, head, [], weighs ? [1, 4, 0.5] : null));
    }

    [Theory]
    [InlineData(1, 13, 30)]
    [InlineData(2, 30, 6)]
    [InlineData(1, 50, 70)]
    [InlineData(2, 67, 9)]
    public void OfValues_IsTheBestOfAllRegressions(int outputs, int rows, int width)
    {
        var layout = new ParameterLayout();
        var head = new Head(layout, SequenceTask.Regression, outputs);
        var data = new SequenceSet(1, head.Targets);
        for (int i = 0; i < rows; i++)
            data.Add([0], Draw.Uniform(outputs, -2, 3, 50 + i));
        Check(width, ReadOutTargets.Of(data, head, layout.Create(new Random(1)).Values, null));
    }

    [Fact]
    public void Threads_ChangeNoBit()
    {
        var data = new SequenceSet(1, TargetLayout.Classes);
        for (int i = 0; i < 130; i++)
            data.Add([0], i % 2);
        var targets = ReadOutTargets.Of(data, new Head(new ParameterLayout(), SequenceTask.Classification, 2), [], null);
        var (_, features) = Features(40, targets);
        Solve(features, targets, 3).Weight.Should().BeBitwise(Solve(features, targets, 1).Weight);
    }

    private static void Check(int width, ReadOutTargets targets)
    {
        var (z, features) = Features(width, targets);
        double[] weights = targets.Weights.ToDouble();
        double length = z.Zip(weights, (row, weight) => weight * row.Sum(value => value * value)).Average();
        var tried = Enumerable.Range(-8, 15).Select(e => Math.Pow(10, e / 2.0)).Select(penalty =>
        {
            double[][] left = [.. z.Select((row, i) => Answer(Ridge(z, targets, penalty * length, Block(targets, i)), row))];
            return (Penalty: penalty, Left: left, Loss: Loss(left, targets, targets.Classes is null ? 1 : 2));
        }).ToArray();
        var best = tried.MinBy(each => each.Loss);
        var factors = targets.Classes is null ? [1.0] : Enumerable.Range(0, 19).Select(i => 0.5 * Math.Pow(2, i / 2.0));
        double factor = factors.MinBy(each => Loss(best.Left, targets, each));

        var solved = Solve(features, targets, 1);

        solved.Penalty.Should().BeApproximately(best.Penalty, 1e-6 * best.Penalty);
        solved.Loss.Should().BeApproximately(Loss(best.Left, targets, factor), 1e-4);
        var (expected, bias) = Ridge(z, targets, best.Penalty * length, without: 0..0);
        solved.Weight.Should().BeNear([.. expected.SelectMany(row => row.Select(w => factor * w))], 1e-4, "weights");
        for (int k = 0; k < bias.Length; k++)
            solved.Bias[k].Should().BeApproximately(factor * bias[k], 1e-5);
        if (targets.Classes is { } classes)
        {
            solved.Metric.Should().Be(best.Left.Select((row, i) => Array.IndexOf(row, row.Max()) == classes[i] ? 1.0 : 0).Average());
        }
    }

    // The last two features are linear in the sequence. What is asked for is one of them, with noise, so next to nothing is left for the
    // others; or it is one of the others, and the linear ones get next to nothing.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void TheLinearFeatures_CountAsMuchAsTheyAreWorth(bool isLinear)
    {
        const int Rows = 100, Width = 12, Linear = 2;
        float[] features = Draw.Uniform(Rows * Width, 11), noise = Draw.Uniform(Rows, 12);
        for (int j = 0; j < Width; j++)
        {
            float mean = Enumerable.Range(0, Rows).Average(i => features[i * Width + j]);
            for (int i = 0; i < Rows; i++)
                features[i * Width + j] -= mean;
        }
        var data = new SequenceSet(1, TargetLayout.Of(SequenceTask.Regression, 1));
        for (int i = 0; i < Rows; i++)
            data.Add([0], [features[i * Width + (isLinear ? Width - 1 : 0)] + 0.2f * noise[i]]);
        var head = new Head(new ParameterLayout(), SequenceTask.Regression, 1);
        float[] statistics = [0, 1];
        var targets = ReadOutTargets.Of(data, head, statistics, null);
        using var workers = new Workers(2);

        var readOut = LeaveOneOut.Solve(features, [[Range.EndAt(Width - Linear)]], (Width - Linear)..Width, targets, workers);

        readOut.Weight[isLinear ? Width - 1 : 0].Should().BeApproximately(1, 0.1f);
        double others = readOut.Weight[..(Width - Linear)].Skip(isLinear ? 0 : 1).Max(MathF.Abs);
        double linear = readOut.Weight[(Width - Linear)..].Max(MathF.Abs);
        if (isLinear)
            others.Should().BeLessThan(0.1);
        else
            linear.Should().BeLessThan(0.2);
    }

    // What is left out with a row: of values the row's twentieth of all rows.
    private static Range Block(ReadOutTargets targets, int row)
    {
        if (targets.Classes is not null || targets.Count <= 20)
            return row..(row + 1);
        int[] starts = [.. Enumerable.Range(0, 21).Select(block => block * targets.Count / 20)];
        int next = Array.FindIndex(starts, start => start > row);
        return starts[next - 1]..starts[next];
    }

    // Rows (rows, width) with weighted mean zero, and the same times the roots of the weights, as one array of floats.
    private static (double[][] Rows, float[] Scaled) Features(int width, ReadOutTargets targets)
    {
        float[] values = Draw.Uniform(targets.Count * width, 3);
        double[][] z = Rows.Unpack(values, width, targets.Count)[0];
        for (int i = 0; i < z.Length; i++)
            z[i][0] += targets.Values[i * targets.Outputs];
        double total = targets.Weights.Sum();
        double[] mean = [.. Enumerable.Range(0, width).Select(j => z.Select((row, i) => targets.Weights[i] * row[j] / total).Sum())];
        z = [.. z.Select(row => row.Zip(mean, (value, m) => value - m).ToArray())];
        return (z, z.SelectMany((row, i) => row.Select(value => (float)(value * Math.Sqrt(targets.Weights[i])))).ToArray());
    }

    private static ReadOut Solve(float[] features, ReadOutTargets targets, int threads)
    {
        using var workers = new Workers(threads);
        return LeaveOneOut.Solve(features, [[Range.All]], null, targets, workers);
    }

    // The minimum of sum w (y - b - v z)^2 + a v^2, by Gaussian elimination of its normal equations.
    private static (double[][] Weight, double[] Bias) Ridge(double[][] z, ReadOutTargets targets, double a, Range without)
    {
        int width = z[0].Length, size = width + 1;
        var matrix = new double[size, size + targets.Outputs];
        for (int j = 0; j < width; j++)
            matrix[j, j] = a;
        for (int i = 0; i < z.Length; i++)
        {
            if (i >= without.Start.Value && i < without.End.Value)
                continue;
            double[] row = [.. z[i], 1, .. targets.Values[(i * targets.Outputs)..((i + 1) * targets.Outputs)]];
            for (int j = 0; j < size; j++)
                for (int k = 0; k < row.Length; k++)
                    matrix[j, k] += targets.Weights[i] * row[j] * row[k];
        }
        double[][] solution = [.. Enumerable.Range(0, targets.Outputs).Select(k => Eliminate(matrix, size, size + k))];
        return ([.. solution.Select(each => each[..width])], [.. solution.Select(each => each[width])]);
    }

    private static double[] Eliminate(double[,] matrix, int size, int column)
    {
        double[][] rows = [.. Enumerable.Range(0, size).Select(
            i => Enumerable.Range(0, size).Select(j => matrix[i, j]).Append(matrix[i, column]).ToArray())];
        for (int pivot = 0; pivot < size; pivot++)
        {
            int largest = Enumerable.Range(pivot, size - pivot).MaxBy(i => Math.Abs(rows[i][pivot]));
            (rows[pivot], rows[largest]) = (rows[largest], rows[pivot]);
            for (int i = 0; i < size; i++)
            {
                double factor = i == pivot ? 0 : rows[i][pivot] / rows[pivot][pivot];
                rows[i] = [.. rows[i].Zip(rows[pivot], (left, right) => left - factor * right)];
            }
        }
        return [.. rows.Select((row, i) => row[size] / row[i])];
    }

    private static double[] Answer((double[][] Weight, double[] Bias) readOut, double[] row)
        => [.. Rows.Multiply(readOut.Weight.Flat(), row).Zip(readOut.Bias, (sum, bias) => sum + bias)];

    // Weighted cross-entropy of scores times a factor, or the mean squared error.
    private static double Loss(double[][] scores, ReadOutTargets targets, double factor)
    {
        if (targets.Classes is not { } classes)
            return scores.Flat().Zip(targets.Values, (score, target) => (score - target) * (score - target)).Average();
        return scores.Select((row, i) => targets.Weights[i]
            * (Math.Log(row.Sum(score => Math.Exp(factor * score))) - factor * row[classes[i]])).Sum() / targets.Weights.Sum();
    }
}
