using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Training;

/// <summary>Plants whose outputs act back on them.</summary>
public class NarxFitTests
{
    private static readonly TrainingOptions Once = new() { Seed = 2, Threads = 1 };

    [Theory]
    [InlineData("stiffening spring", 0.1)]
    [InlineData("quadratic drag", 0.6)]
    public void APlantWithFeedback_IsFollowed_BetterThanByABankAlone(string plant, double share)
    {
        var (train, test) = (Records(plant, 2, 1500, 1), Records(plant, 1, 800, 30));
        TrainedModel Of(int? lags) => ModelTraining.Fit(Options(lags), Once, train);
        var found = Of(null);
        ((StateSpaceBankOptions)found.Options.Architecture).FeedbackLags.Should().BeGreaterThan(0);
        Error(found, test).Should().BeLessThan(share * Error(Of(0), test));
    }

    [Theory]
    [InlineData("linear")]
    [InlineData("noise")]
    [InlineData("saturated lag")]
    public void APlantWithoutFeedback_GetsNone(string plant)
        => Lags(ModelTraining.Fit(Options(null), Once, Records(plant, 2, 600, 1))).Should().Be(0);

    [Fact]
    public void FeedbackThatIsAskedForAndLeftOut_IsTold()
    {
        // Outputs that are known at different steps.
        var data = new SequenceSet(1, TargetLayout.StepValues(2));
        float[] u = Draw.Uniform(300, -1, 1, 1), y = Plant("linear", u);
        data.Add(u, [.. y.SelectMany((value, t) => t % 2 == 0 ? new[] { value, float.NaN } : [float.NaN, value])]);
        var warnings = new List<string>();
        var model = ModelTraining.Fit(Options(8) with { Outputs = 2 }, Once, data, warn: warnings.Add);
        Lags(model).Should().Be(0);
        warnings.Should().ContainSingle(line => line.Contains("no feedback"));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(30)]
    public void AShortRecord_GetsNone_AndIsFitted(int length)
        => Lags(ModelTraining.Fit(Options(null), Once, Records("stiffening spring", 1, length, 1))).Should().Be(0);

    [Theory]
    [InlineData(30)]
    [InlineData(34)]
    public void RecordsThatAreShortBesideTheLagsThatAreAskedFor_AreFittedByTheOthers(int length)
    {
        var (train, test) = (Records("saturated lag", 10, length, 1), Records("saturated lag", 1, length, 90));
        Error(ModelTraining.Fit(Options(64), Once, train), test).Should().BeLessThan(0.05);
    }

    [Fact]
    public void InputsFarBeyondTheKnownOnes_DoNotMakeItDiverge()
    {
        var model = ModelTraining.Fit(Options(null), Once, Records("stiffening spring", 2, 1500, 1));
        Lags(model).Should().BeGreaterThan(0);
        float[] input = [.. Draw.Uniform(3000, -1, 1, 4).Select(u => 50 * u)], answer = new float[3000];
        new SequencePredictor(model).Predict(input, answer);
        answer.Should().OnlyContain(y => Math.Abs(y) < 1e4);
    }

    [Fact]
    public void TheBits_DoNotDependOnTheThreads()
    {
        var data = Records("stiffening spring", 3, 700, 1);
        float[] Bits(int threads)
            => ModelTraining.Fit(Options(null), Once with { Threads = threads }, data).Parameters.Values.ToArray();
        Bits(3).Should().BeBitwise(Bits(1));
    }

    [Fact]
    public void OutputsThatAreNotKnown_AreNotLearntFrom()
    {
        var data = new SequenceSet(1, TargetLayout.StepValues(1));
        for (int i = 0; i < 3; i++)
        {
            float[] u = Draw.Uniform(1500, -1, 1, i), y = Plant("stiffening spring", u);
            for (int t = 200; t < y.Length; t += 300)
                y.AsSpan(t, 20).Fill(float.NaN);
            data.Add(u, y);
        }
        var model = ModelTraining.Fit(Options(null), Once, data);
        Lags(model).Should().BeGreaterThan(0);
        var test = Records("stiffening spring", 1, 800, 30);
        Error(model, test).Should().BeLessThan(0.01);
    }

    [Fact]
    public void LaggedMoments_AreTheSumsOfTheProductsOfTheirColumns()
    {
        const int Lags = 6;
        // Two sequences, two inputs, two outputs that are not known in some rows.
        float[] inputs = Draw.Uniform(2 * 60, -1, 1, 1), targets = Draw.Uniform(2 * 60, -1, 1, 2);
        foreach (int row in new[] { 3, 17, 18, 44 })
            targets[2 * row + row % 2] = float.NaN;
        var rows = new StepRows(inputs, targets, [0, 25, 60]);
        using var workers = new Workers(2);
        var moments = new LaggedMoments(rows, Lags, start: 0.5f, workers, default);
        for (int fold = 0; fold < StepRows.Folds; fold++)
        {
            double[][] expected = [.. Enumerable.Range(0, 60).Where(row => rows.FoldOf(row) == fold)
                .Select(row => Columns(rows, row, Lags)).OfType<double[]>()];
            for (int i = 0; i < moments.Folds[fold].Rows; i++)
                for (int j = 0; j < moments.Folds[fold].Rows; j++)
                    moments.Folds[fold][i, j].Should().BeApproximately(expected.Sum(row => row[i] * row[j]), 1e-9);
        }
    }

    // The columns of a row; null where its target or one of the lags before it is not known, or lies before the start.
    private static double[]? Columns(StepRows rows, int row, int lags)
    {
        int start = row < 25 ? 0 : 25;
        if (row - start < lags / 2 || Enumerable.Range(0, 1 + lags / 2).Any(lag => !rows.IsKnown(row - lag)))
            return null;
        double[] Input(int t) => [.. rows.Inputs.AsSpan(2 * Math.Max(t, start), 2).ToArray().Select(u => t < start ? 0.5 * u : u)];
        return
        [
            1, .. Enumerable.Range(0, 2).SelectMany(c => Enumerable.Range(0, lags).Select(lag => Input(row - lag)[c])),
            .. Enumerable.Range(0, 12).SelectMany(f => Enumerable.Range(1, lags / 2).Select(lag => Terms(rows, row - lag, start)[f])),
            .. rows.TargetsOf(row).ToArray().ToDouble(),
        ];
    }

    private static double[] Terms(StepRows rows, int t, int start)
    {
        float[] u = rows.Inputs.AsSpan(2 * Math.Max(t, start), 2).ToArray(), y = rows.TargetsOf(t).ToArray();
        float[] terms =
        [
            .. u.Select(v => v * v), .. u.Select(v => v * v * v), .. u.SelectMany(v => y.Select(w => v * w)), .. y.Select(w => w * w),
            .. y.Select(w => w * w * w),
        ];
        return terms.ToDouble();
    }

    private static int Lags(TrainedModel model) => ((StateSpaceBankOptions)model.Options.Architecture).FeedbackLags!.Value;

    private static SequenceModelOptions Options(int? lags) => new()
    {
        Task = SequenceTask.SequenceToSequence, Inputs = 1, Outputs = 1,
        Architecture = new StateSpaceBankOptions { Filters = 60, FeedbackLags = lags },
    };

    private static SequenceSet Records(string plant, int count, int length, int seed)
    {
        var data = new SequenceSet(1, TargetLayout.StepValues(1));
        for (int i = 0; i < count; i++)
        {
            float[] u = Draw.Uniform(length, -1, 1, seed + i);
            data.Add(u, Plant(plant, u));
        }
        return data;
    }

    private static float[] Plant(string plant, float[] input)
    {
        double x = plant == "quadratic drag" ? 1 : 0, v = 0, level = 0;
        return [.. input.Select((u, t) =>
        {
            level = 0.8 * level + 0.2 * u;
            switch (plant)
            {
                case "stiffening spring":
                    v += 0.3 * (3 * level - x - x * x * x - 0.8 * v);
                    x += 0.3 * v;
                    break;
                case "quadratic drag":
                    x += 0.1 * (1 + 3.5 * level - x * x);
                    break;
                case "linear":
                    x = 0.9 * x + level;
                    break;
                case "saturated lag":
                    x = Math.Tanh(3 * level);
                    break;
                default:
                    x = Draw.Uniform(1, -1, 1, 1000 + t)[0];
                    break;
            }
            return (float)x;
        })];
    }

    private static double Error(TrainedModel model, SequenceSet data)
    {
        var answer = new float[data.Length(0)];
        new SequencePredictor(model).Predict(data.Values(0), answer);
        float[] expected = data.TargetsOf(0).ToArray();
        double mean = expected.Average();
        return answer.Zip(expected, (a, e) => (a - e) * (double)(a - e)).Sum() / expected.Sum(e => (e - mean) * (e - mean));
    }
}
