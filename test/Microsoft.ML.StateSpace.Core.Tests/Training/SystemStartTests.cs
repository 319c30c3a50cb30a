using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Core.Tests.Analysis;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.ModelFiles;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Training;

/// <summary>A network that starts from a linear system is that system.</summary>
[Trait("Kind", "Law")]
public class SystemStartTests
{
    private static readonly S5Options S5 = new()
    {
        Layers = 1, ModelSize = 8, StateSize = 10, Bidirectional = false, Dropout = 0, Scaffold = new LinearScaffold(),
        StepSizeMinimum = 0.01, StepSizeMaximum = 0.1,
    };

    private static readonly LruOptions Lru = new()
    {
        Layers = 1, ModelSize = 8, StateSize = 10, Bidirectional = false, Dropout = 0, Scaffold = new LinearScaffold(),
    };

    private static NetworkOptions Other
        => CoreDefinition.All.First(core => !core.IsDiagonal && !core.IsCertified).CreateOptions() with { Scaffold = new LinearScaffold() };

    // Nothing but rounding moves a parameter.
    private static readonly TrainingOptions Still = new()
    {
        Seed = 3, Epochs = 1, LearningRate = 1e-12, ValidationFraction = 0, Threads = 1,
    };

    public static TheoryData<string, NetworkOptions> Networks => new()
    {
        { "S5", S5 },
        { "S5, bilinear", S5 with { Discretization = Discretization.Bilinear } },
        { "S5, clipped", S5 with { Parametrization = S5Parametrization.Clipped } },
        { "S5, clipped, one step size", S5 with { Parametrization = S5Parametrization.Clipped, GlobalStepSize = true } },
        { "S5, one step size", S5 with { GlobalStepSize = true } },
        { "S5, three layers, identity", S5 with { Layers = 3, Scaffold = new LinearScaffold { Skip = WienerSkip.Identity } } },
        { "S5, both ways", S5 with { Bidirectional = true } },
        { "LRU", Lru },
        { "LRU, three layers", Lru with { Layers = 3 } },
        { "LRU, tied", Lru with { Normalization = LruNormalization.TiedL2, OutputForm = LruOutputForm.TwiceRealPart } },
        { "LRU, tied, static", Lru with { Normalization = LruNormalization.TiedStatic } },
        { "LRU, pre form, dense D", Lru with { Form = SystemForm.Pre, FeedThrough = FeedThroughKind.Dense } },
        { "S5, pre form without D", S5 with { Form = SystemForm.Pre, FeedThrough = FeedThroughKind.None } },
    };

    [Theory]
    [MemberData(nameof(Networks))]
    public void Network_IsTheSystem(string name, NetworkOptions network)
    {
        // Poles of both signs, real and complex.
        var system = Plant(6, 0.95);
        var data = Records(system, 3, 80, 1);
        var model = Trainer.Fit(Options(network), Still, data, start: system);
        Distance(model, Records(system, 1, 300, 9), system).Should().BeLessThan(2e-5, name);
    }

    public static TheoryData<string, NetworkOptions> WienerNetworks => new()
    {
        { "S5", S5 with { Scaffold = new WienerScaffold() } },
        { "LRU, two layers", Lru with { Layers = 2, Scaffold = new WienerScaffold { Skip = WienerSkip.Identity } } },
    };

    [Theory]
    [MemberData(nameof(WienerNetworks))]
    public void WienerNetwork_IsOffByTheCubeOfWhatComesFromTheStates(string name, NetworkOptions network)
    {
        var drawn = Plant(6, 0.3);
        double[,] a = (double[,])drawn.A.Clone();
        for (int n = 0; n < 6; n++)
            a[n, n] += 0.6;
        var system = drawn with { A = a }; // with fast poles, states and feed-through are large and cancel
        var data = Records(system, 3, 80, 1);
        var model = Trainer.Fit(Options(network), Still, data, start: system);
        double[,] through = DiagonalSystem.Of(system).D;
        double largest = 0;
        Compare(model, data, system, (input, expected, o, deviation, error) =>
        {
            double v = (expected - through[o, 0] * input[0] - through[o, 1] * input[1]) / deviation;
            error.Should().BeLessThan(Math.Pow(Math.Abs(v), 3) / 300 + 1e-4, name);
            largest = Math.Max(largest, error);
        });
        largest.Should().BeGreaterThan(1e-3, "the nonlinearity is there").And.BeLessThan(0.3);
    }

    [Fact]
    public void TrainedLinearNetwork_IsReadOutAsTheSystem()
    {
        var system = Plant(5, 0.9);
        var model = Trainer.Fit(Options(S5), Still, Records(system, 3, 80, 1), start: system);
        var read = LinearSystem.OfModel(model);
        read.System.DistanceTo(system).Should().BeLessThan(1e-5);
        read.InitialState.Should().OnlyContain(value => Math.Abs(value) < 1e-9, "nothing is added to the standardised inputs");
    }

    [Fact]
    public void Training_FromAGoodStart_IsAheadOfARandomOne()
    {
        // The plant, and what a classical tool would have found of it: its poles a little off, and two weak states left out.
        var plant = Plant(6, 0.95);
        var known = plant.ReduceToOrder(4).System;
        var training = Still with { Epochs = 20, LearningRate = 3e-3, BatchSize = 4 };
        SequenceSet data = Records(plant, 16, 150, 1), fresh = Records(plant, 4, 150, 77);
        double Error(LinearSystem? start) => Deviation(Trainer.Fit(Options(S5), training, data, start: start), fresh);

        double before = Deviation(Trainer.Fit(Options(S5), Still, data, start: known), fresh);
        double random = Error(null), started = Error(known);

        started.Should().BeLessThan(0.7 * before, "it learns");
        started.Should().BeLessThan(0.5 * random, "it is ahead");
    }

    [Fact]
    public void Fit_FromASystem_GivesTheSameBits_OnAnyNumberOfThreads()
    {
        var system = Plant(4, 0.9);
        var data = Records(system, 6, 60, 1);
        var training = Still with { LearningRate = 0.01, Epochs = 3 };
        float[] Values(int threads)
            => Trainer.Fit(Options(S5), training with { Threads = threads }, data, start: system).Parameters.Values.ToArray();
        Values(3).Should().BeBitwise(Values(1));
    }

    [Fact]
    public void Checkpoint_OfAnotherSystem_IsRefused()
    {
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():n}.checkpoint");
        try
        {
            var system = Plant(4, 0.9);
            var data = Records(system, 6, 60, 1);
            void Train(LinearSystem? start)
                => Trainer.Fit(Options(S5), Still, data, checkpoint: new CheckpointFile(path), start: start);
            Train(system);
            Invoking(() => Train(system)).Should().NotThrow();
            Invoking(() => Train(system with { D = new double[2, 2] })).Should().ThrowExactly<InvalidOperationException>();
            Invoking(() => Train(null)).Should().ThrowExactly<InvalidOperationException>();
        }
        finally
        {
            File.Delete(path);
        }
    }

    public static TheoryData<string, NetworkOptions, string> Misfits => new()
    {
        { "order", S5 with { StateSize = 2 }, "*StateSize is 2*at least*" },
        { "width", S5 with { ModelSize = 3 }, "*ModelSize is 3*at least 4*" },
        { "scaffold", S5 with { Scaffold = new GluScaffold() }, "*GluScaffold*LinearScaffold()*" },
        { "nonlinearity", S5 with { Scaffold = new WienerScaffold { Nonlinearity = StaticNonlinearity.Elu } }, "*with Elu*" },
        { "norm", Lru with { Scaffold = new WienerScaffold(), Norm = NormKind.LayerNorm }, "*Leave Norm null*" },
        { "core", Other, "*S5Options or LruOptions*" },
    };

    [Theory]
    [MemberData(nameof(Misfits))]
    public void NetworksThatCannotHoldIt_AreRefused(string name, NetworkOptions network, string says)
    {
        var system = Plant(6, 0.95);
        Invoking(() => ModelTraining.Fit(Options(network), Still, Records(system, 3, 80, 1), start: system))
            .Should().Throw<ArgumentException>(name).WithMessage(says);
    }

    [Fact]
    public void SystemsThatCannotBeHeld_AreRefused()
    {
        var data = Records(Plant(4, 0.9), 3, 80, 1);
        Refused<ArgumentException>(Plant(4, 1.01), "*must be stable*integrating output*");
        Refused<ArgumentException>(Plant(4, 1), "*must be stable*");
        Refused<ArgumentException>(RandomSystems.Draw(4, 1, 2, 3), "*1 inputs and 2 outputs*");
        Refused<ArgumentException>(RandomSystems.Draw(4, 2, 3, 3), "*2 inputs and 3 outputs*");
        var defective = new LinearSystem(
            new[,] { { 0.5, 1 }, { 0, 0.5 } }, new double[,] { { 0, 1 }, { 1, 0 } }, new double[,] { { 1, 0 }, { 0, 1 } },
            new double[2, 2]);
        Refused<InvalidOperationException>(defective, "*cannot be made diagonal*");
        Refused<InvalidOperationException>(defective with { A = new double[,] { { 0.5, 0 }, { 0, 0 } } }, "*pure delay*");

        void Refused<TException>(LinearSystem system, string says)
            where TException : Exception
            => Invoking(() => Trainer.Fit(Options(S5), Still, data, start: system)).Should().Throw<TException>().WithMessage(says);
    }

    private static LinearSystem Plant(int order, double radius) => RandomSystems.Draw(order, 2, 2, 3, radius);

    private static SequenceModelOptions Options(NetworkOptions network)
        => new() { Task = SequenceTask.SequenceToSequence, Inputs = 2, Outputs = 2, DerivedInputs = new(), Architecture = network };

    // Records around an operating point: inputs of mean (4, -2) in units of their own.
    private static SequenceSet Records(LinearSystem system, int count, int length, int seed)
    {
        var set = new SequenceSet(2, TargetLayout.Of(SequenceTask.SequenceToSequence, 2));
        for (int i = 0; i < count; i++)
        {
            float[] noise = Draw.Uniform(2 * length, -1, 1, 1000 * seed + i), values = new float[2 * length];
            var around = new double[length, 2];
            for (int j = 0; j < noise.Length; j++)
            {
                around[j / 2, j % 2] = noise[j] * (j % 2 == 0 ? 3 : 0.5);
                values[j] = (float)((j % 2 == 0 ? 4 : -2) + around[j / 2, j % 2]);
            }
            set.Add(values, [.. system.Simulate(around).Cast<double>().Select((y, j) => (float)(y + (j % 2 == 0 ? 100 : 0)))]);
        }
        return set;
    }

    // The largest difference, in deviations of the answers.
    private static double Distance(TrainedModel model, SequenceSet records, LinearSystem system)
    {
        double largest = 0;
        Compare(model, records, system, (_, _, _, _, error) => largest = Math.Max(largest, error));
        return largest;
    }

    // Sees every answer beside that of the system around the model's operating point: the inputs around it, what the system answers, which
    // output it is, its deviation, and the difference in deviations.
    private static void Compare(
        TrainedModel model, SequenceSet records, LinearSystem system, Action<double[], double, int, double, double> see)
    {
        var network = new SequenceNetwork(model.Options);
        float[] inputs = network.Input!.Mean.Of(model.Parameters.Values).ToArray();
        float[] means = network.Head.Output!.Mean.Of(model.Parameters.Values).ToArray();
        float[] deviations = network.Head.Output.Deviation.Of(model.Parameters.Values).ToArray();
        var predictor = new SequencePredictor(model);
        for (int r = 0; r < records.Count; r++)
        {
            float[] values = records.Values(r).ToArray(), answers = new float[values.Length];
            predictor.Predict(values, answers);
            var around = new double[values.Length / 2, 2];
            for (int j = 0; j < values.Length; j++)
                around[j / 2, j % 2] = (double)values[j] - inputs[j % 2];
            var expected = system.Simulate(around);
            for (int j = 0; j < answers.Length; j++)
            {
                int t = j / 2, o = j % 2;
                double error = Math.Abs(answers[j] - means[o] - expected[t, o]) / deviations[o];
                see([around[t, 0], around[t, 1]], expected[t, o], o, deviations[o], error);
            }
        }
    }

    // The root of the mean squared error.
    private static double Deviation(TrainedModel model, SequenceSet records)
    {
        var predictor = new SequencePredictor(model);
        double sum = 0;
        int count = 0;
        for (int r = 0; r < records.Count; r++)
        {
            float[] answers = new float[records.TargetsOf(r).Length];
            predictor.Predict(records.Values(r), answers);
            for (int j = 0; j < answers.Length; j++, count++)
                sum += Math.Pow(answers[j] - records.TargetsOf(r)[j], 2);
        }
        return Math.Sqrt(sum / count);
    }
}
