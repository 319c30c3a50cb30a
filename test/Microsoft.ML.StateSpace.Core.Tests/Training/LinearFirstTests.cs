using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Training;

/// <summary>Values that are linear in a sequence whose level drifts away from all that was learnt.</summary>
[Trait("Kind", "Law")]
public class LinearFirstTests
{
    private const int Steps = 24, Horizon = 3;

    private static readonly TrainingOptions Training = new() { Seed = 3, Threads = 2 };

    [Theory]
    [InlineData(0)]
    [InlineData(256)]
    public void ABank_FollowsADriftingPlant_AsARidgeRegressionDoes(int filters)
    {
        var trained = ModelTraining.Fit(Options(new StateSpaceBankOptions { Filters = filters }), Training, Windows(0, 300));
        Error(trained, Windows(1200, 1300)).Should().BeLessThan(1.2 * LastValueError());
    }

    [Fact]
    public void AnEnsemble_TakesTheLinearModelAlone_WhereNothingElseIsBetter()
    {
        var network = new S5Options { Layers = 1, ModelSize = 8, StateSize = 8 };
        var linear = new StateSpaceBankOptions { Filters = 0 };
        var options = Options(new EnsembleOptions { Members = [linear, network], Stacked = true });
        var training = Training with { Epochs = 3 };

        var trained = ModelTraining.Fit(options, training, Windows(0, 300));

        trained.Options.Architecture.Should().BeOfType<StateSpaceBankOptions>().Which.Filters.Should().Be(0);
        var alone = ModelTraining.Fit(Options(linear), training, Windows(0, 300));
        trained.Parameters.Values.ToArray().Should().Equal(alone.Parameters.Values.ToArray());
        trained.Summary.ValidationMetric.Should().BeGreaterThan(50);
        trained.Summary.Members.Should().BeNull();
    }

    // The size of a wave says nothing to a linear model.
    [Fact]
    public void AnEnsemble_WeighsWhatIsBetter_AndTrainsItOnAllSequences()
    {
        var bank = new StateSpaceBankOptions { Filters = 128 };
        var options = Options(new EnsembleOptions { Members = [new StateSpaceBankOptions { Filters = 0 }, bank, bank], Stacked = true });

        var lines = new List<string>();
        var trained = ModelTraining.Fit(options, Training, Waves(200), log: lines.Add);

        var ensemble = trained.Options.Architecture.Should().BeOfType<EnsembleOptions>().Which;
        ensemble.Stacked.Should().BeFalse();
        ensemble.Members.Count(member => ((StateSpaceBankOptions)member).Filters == 128).Should().Be(2);
        ensemble.Weights!.Sum().Should().BeApproximately(1, 1e-9);
        ensemble.Weights!.TakeLast(2).Sum().Should().BeGreaterThan(0.5);
        trained.Summary.Members.Should().HaveCount(ensemble.Members.Count);
        lines.Count(line => line.Contains("fitted to 180 sequences")).Should().Be(3);
        lines.Count(line => line.Contains("fitted to 200 sequences")).Should().Be(ensemble.Members.Count);
    }

    [Fact]
    public void AStackedFit_HasTheSameBits_OnAnyNumberOfThreads()
    {
        var network = new S5Options { Layers = 1, ModelSize = 8, StateSize = 8, Pooling = Pooling.Last };
        var options = Options(new EnsembleOptions
        {
            Members = [new StateSpaceBankOptions { Filters = 0 }, new StateSpaceBankOptions { Filters = 128 }, network], Stacked = true,
        });
        TrainedModel Fit(int threads) => ModelTraining.Fit(options, Training with { Epochs = 2, Threads = threads }, Waves(100));

        var once = Fit(2);

        once.Options.Architecture.Should().BeOfType<EnsembleOptions>();
        foreach (int threads in (int[])[1, 3])
            Fit(threads).Parameters.Values.Should().BeBitwise(once.Parameters.Values.ToArray());
    }

    [Fact]
    public void AnEnsemble_FindsItsWeightsOnTheValidationSet_WhereThereIsOne()
    {
        var lines = new List<string>();
        var options = Options(new EnsembleOptions
        {
            Members = [new StateSpaceBankOptions { Filters = 0 }, new StateSpaceBankOptions { Filters = 128 }], Stacked = true,
        });
        ModelTraining.Fit(options, Training, Waves(60), Waves(25), lines.Add);
        lines.Should().ContainSingle(line => line.StartsWith("Weights of the members, found on 25 sequences: "));
        lines.Count(line => line.Contains("fitted to 60 sequences")).Should().Be(2);
    }

    private static SequenceModelOptions Options(ArchitectureOptions architecture) => new()
    {
        Task = SequenceTask.Regression, Inputs = 1, Outputs = 1, Architecture = architecture,
    };

    private static double Error(TrainedModel trained, SequenceSet data)
    {
        var predictor = new SequencePredictor(trained);
        return Math.Sqrt(Enumerable.Range(0, data.Count).Average(i =>
        {
            float[] answer = new float[1];
            predictor.Predict(data.Values(i), answer);
            return Math.Pow(answer[0] - data.TargetsOf(i)[0], 2);
        }));
    }

    // What the best linear prediction leaves: the noise that comes after the window.
    private static double LastValueError()
    {
        var data = Windows(1200, 1300);
        double trend = Horizon * 0.02;
        return Math.Sqrt(Enumerable.Range(0, data.Count).Average(
            i => Math.Pow(data.Values(i)[^1] + trend - data.TargetsOf(i)[0], 2)));
    }

    // A random walk with a trend, some steps ahead.
    private static SequenceSet Windows(int from, int to)
    {
        var random = new Random(17);
        var levels = new float[to + Steps + Horizon];
        for (int t = 1; t < levels.Length; t++)
            levels[t] = levels[t - 1] + 0.02f + 0.1f * (float)(random.NextDouble() - 0.5);
        var data = new SequenceSet(1, TargetLayout.Of(SequenceTask.Regression, 1));
        for (int start = from; start < to; start++)
            data.Add(levels[start..(start + Steps)], [levels[start + Steps + Horizon - 1]]);
        return data;
    }

    private static SequenceSet Waves(int count)
    {
        var random = new Random(count);
        var data = new SequenceSet(1, TargetLayout.Of(SequenceTask.Regression, 1));
        for (int i = 0; i < count; i++)
        {
            double size = 1 + random.NextDouble(), phase = Math.Tau * random.NextDouble();
            data.Add([.. Enumerable.Range(0, Steps).Select(t => (float)(size * Math.Sin(0.9 * t + phase)))], [(float)size]);
        }
        return data;
    }
}
