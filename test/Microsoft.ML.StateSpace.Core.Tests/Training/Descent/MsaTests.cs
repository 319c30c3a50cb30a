using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Training;

/// <summary>What the methods of successive approximations do in an iteration, and what the certified one promises.</summary>
public class MsaTests
{
    private static readonly LruOptions LinearLru = new()
    {
        Layers = 1, ModelSize = 3, StateSize = 3, Bidirectional = false, Dropout = 0, Scaffold = new LinearScaffold(),
    };

    private static readonly S5Options LinearS5 = new()
    {
        Layers = 1, ModelSize = 3, StateSize = 6, Bidirectional = false, Dropout = 0, Scaffold = new LinearScaffold(),
        StepSizeMinimum = 0.05, StepSizeMaximum = 0.5,
    };

    private static readonly string[] Trained =
        ["Core.NuLog", "Core.ThetaLog", "Core.LambdaReLog", "Core.LambdaIm", "Core.B", "Decoder.Weight", "Decoder.Bias"];

    public static TheoryData<string> Linear => ["LRU", "LRU, tied, dense skip", "LRU, pre form", "S5", "S5, bilinear"];

    public static TheoryData<string> Networks => [.. DescentCases.Models.Keys];

    // Behind the last accepted trial the encoder is theta - g / eps.
    [Theory]
    [MemberData(nameof(Networks))]
    public void ProximalStep_OfAnAffineLayer_IsThatOfGradientDescent(string name)
    {
        using var run = new MsaRun(DescentCases.Model(name), DescentCases.Data());
        var (values, gradient) = (run.Point.Values.ToArray(), run.Point.Gradient.ToArray());
        var step = new ProximalMsa(new ProximalMsaOptions(), run.Batch).Iterate(run.Point);
        var layers = new DepthLayers(run.Network, run.Batch.Parameters);
        layers.IsAffine(0).Should().Be(!CoreDefinition.All.Single(core => core.Family == name).IsCertified);
        layers.Parameters.SelectMany(of => of).Should().BeEquivalentTo(
            run.Batch.Parameters.Parameters.Where(parameter => parameter.Group != ParameterGroup.Fixed), "each stands in one layer");
        if (!layers.IsAffine(0))
            return;
        foreach (var parameter in layers.Parameters[0])
        {
            for (int i = parameter.Offset; i < parameter.Offset + parameter.Length; i++)
                run.Point.Values[i].Should().Be((float)(values[i] - gradient[i] / step!.Penalty));
        }
    }

    // The layers' Hamiltonians have the gradient of the objective, for every kind of network, task and input.
    [Theory]
    [MemberData(nameof(ModelCases.Names), MemberType = typeof(ModelCases))]
    public void Hamiltonian_HasTheGradientOfTheObjective(string name)
    {
        using var run = Case(name);
        var pass = new DepthPass(run.Batch, keeps: true);
        pass.Set(run.Point.Values);
        pass.Run();
        var gradient = new double[run.Point.Values.Length];
        for (int layer = 0; layer < pass.Layers.Count; layer++)
            pass.Hamiltonian(layer, run.Point.Values, gradient).Should().BeApproximately(0, 1e-6);
        // The slope of what acts in several layers is in no Hamiltonian as a whole.
        double[] expected = [.. run.Point.Gradient];
        foreach (var parameter in pass.Layers.Shared)
            gradient.AsSpan(parameter.Offset, parameter.Length).CopyTo(expected.AsSpan(parameter.Offset));
        gradient.Should().BeNear(expected, Tolerance.Gradient);
    }

    // Of every kind of network both methods bring the objective down, and both leave the statistics of the data alone.
    [Theory]
    [MemberData(nameof(ModelCases.Names), MemberType = typeof(ModelCases))]
    public void Step_LowersTheObjective_OfEveryNetwork(string name)
    {
        foreach (bool isExtended in new[] { false, true })
        {
            using var run = Case(name);
            float[] before = [.. run.Point.Values];
            double objective = run.Point.Objective;
            IDescentMethod method = isExtended
                ? new ExtendedMsa(new ExtendedMsaOptions(), run.Batch) : new ProximalMsa(new ProximalMsaOptions(), run.Batch);
            for (int step = 0; step < 2; step++)
                method.Iterate(run.Point).Should().NotBeNull();
            run.Point.Objective.Should().BeLessThan(objective);
            foreach (var parameter in run.Batch.Parameters.Parameters.Where(parameter => parameter.Group == ParameterGroup.Fixed))
                parameter.Of(run.Point.Values).SequenceEqual(parameter.Of(before)).Should().BeTrue();
        }
    }

    // Few long sequences are worked on in pieces of time, and the closed step leads as far as for whole ones. (Its parameters differ where
    // the core's inputs are dependent: three channels are made of one.)
    [Fact]
    public void ClosedStep_OfPieces_IsThatOfWholeSequences()
    {
        var data = DescentCases.Data(count: 2, length: 1500);
        var options = DescentCases.Model("Lru") with { Architecture = LinearLru };
        using MsaRun cut = new(options, data), whole = new(options, data, inPieces: false);
        cut.Batch.Parts.Should().BeGreaterThan(2);
        whole.Batch.Parts.Should().Be(2);
        var (first, second) = (Moved(cut), Moved(whole));
        double start = whole.Point.Objective, end = whole.Batch.Objective(second);
        end.Should().BeLessThan(start);
        whole.Batch.Objective(first).Should().BeApproximately(end, 1e-5 * (start - end));

        static float[] Moved(MsaRun run)
        {
            var steps = new CoreSteps(run.Batch, [(DiagonalCore)run.Network.Cores[0]], 0.9999);
            steps.Run(run.Point);
            float[] values = [.. run.Point.Values];
            steps.Apply(values, 1);
            return values;
        }
    }

    // The search ends where the gradient that is left is no more than half of the penalty times the step.
    [Fact]
    public void LayerSearch_ComesAsFarAsItMust()
    {
        using var run = new MsaRun(DescentCases.Model("S5"), DescentCases.Data());
        var pass = new DepthPass(run.Batch, keeps: true);
        pass.Set(run.Point.Values);
        pass.Run();
        float[] candidate = [.. run.Point.Values];
        var free = pass.Layers.Parameters[1];
        double eps = 0.5;
        while (!new LayerSearch(pass, 20, 0).Run(1, free, run.Point, eps, candidate))
            eps *= 2;
        eps.Should().BeLessThan(100);
        var gradient = new double[candidate.Length];
        double value = pass.Hamiltonian(1, candidate, gradient), left = 0, moved = 0;
        foreach (var parameter in free)
        {
            for (int i = parameter.Offset; i < parameter.Offset + parameter.Length; i++)
            {
                double change = (double)candidate[i] - run.Point.Values[i];
                left += Math.Pow(gradient[i] + eps * change, 2);
                moved += change * change;
            }
        }
        moved.Should().BePositive();
        Math.Sqrt(left).Should().BeLessThanOrEqualTo(0.51 * eps * Math.Sqrt(moved));
        (value + 0.5 * eps * moved).Should().BeNegative("more of the Hamiltonian is gained than the penalty takes");
        new LayerSearch(pass, 1, 0).Run(1, free, run.Point, 1e-3, candidate).Should().BeFalse("one step is too few");
    }

    // With the best read-out the objective has no slope along the decoder; targets that are not known and weights of outputs count.
    [Theory]
    [InlineData(SequenceTask.SequenceToSequence)]
    [InlineData(SequenceTask.Regression)]
    public void ReadOut_IsTheLeastSquares(SequenceTask task)
    {
        var data = new SequenceSet(2, TargetLayout.Of(task, 2));
        for (int i = 0; i < 40; i++)
        {
            float[] input = Draw.Uniform(2 * (8 + i % 5), 5 + i);
            float[] target = Draw.Uniform(task == SequenceTask.Regression ? 2 : input.Length, 60 + i);
            if (i % 3 == 0)
                target[i % 2] = float.NaN;
            data.Add(input, target);
        }
        var options = new SequenceModelOptions { Task = task, Inputs = 2, Outputs = 2, Architecture = LinearLru };
        using var run = new MsaRun(options, data, new TrainingOptions { OutputWeights = [1, 3] });
        var pass = new DepthPass(run.Batch, keeps: false);
        float[] candidate = [.. run.Point.Values];
        ExactReadOut.Of(run.Batch, pass)!.Solve(pass, candidate);
        var gradient = new double[candidate.Length];
        double before = run.Point.Objective, after = run.Batch.Gradient(candidate, gradient).Objective;
        after.Should().BeLessThan(before);
        var decoder = (Linear)run.Network.Decoder;
        double Largest(double[] of) => Enumerable.Range(decoder.Weight.Offset, decoder.Weight.Length + decoder.Bias!.Length)
            .Max(i => Math.Abs(of[i]));
        Largest(gradient).Should().BeLessThan(1e-4 * Largest(run.Point.Gradient));
        candidate.AsSpan(0, decoder.Weight.Offset).SequenceEqual(run.Point.Values.AsSpan(0, decoder.Weight.Offset)).Should().BeTrue();
    }

    // Without a trial no step raises the objective, and poles move.
    [Theory]
    [MemberData(nameof(Linear))]
    public void CertifiedSteps_NeverRaiseTheObjective(string name)
    {
        var model = Fit(name, new ExtendedMsaOptions { Certified = true }, 40);
        var descent = model.Summary.Descent!;
        descent.IsMonotone.Should().BeTrue();
        descent.Iterations.Should().OnlyContain(iteration => iteration.Rejections == 0 && iteration.Penalty > 0);
        descent.Iterations.Should().HaveCountGreaterThan(10);
        var before = Fit(name, new ExtendedMsaOptions { Certified = true }, 1).Parameters;
        foreach (var parameter in model.Parameters.Parameters.Where(parameter => parameter.Group != ParameterGroup.Fixed))
        {
            bool isTrained = Trained.Any(end => parameter.Name.EndsWith(end, StringComparison.Ordinal));
            model.Parameters[parameter.Name].SequenceEqual(before[parameter.Name]).Should().Be(!isTrained, parameter.Name);
        }
    }

    // The extended method moves poles further in an iteration than what is certified, and ends lower.
    [Theory]
    [MemberData(nameof(Linear))]
    public void ExtendedSteps_EndBelowCertifiedOnes(string name)
    {
        double extended = Fit(name, new ExtendedMsaOptions(), 40).Summary.Descent!.Iterations[^1].Objective;
        extended.Should().BeLessThan(Fit(name, new ExtendedMsaOptions { Certified = true }, 40).Summary.Descent!.Iterations[^1].Objective);
    }

    // Poles beyond LargestRadius stay where they are or shrink, and poles at the limit of every method do not end training.
    [Theory]
    [InlineData(0.99995)]
    [InlineData(0.9999)]
    public void ExtendedSteps_GoOn_FromPolesNearTheUnitCircle(double radius)
    {
        var network = LinearLru with { RadiusMinimum = radius - 1e-6, RadiusMaximum = radius };
        var options = new SequenceModelOptions
        {
            Task = SequenceTask.SequenceToSequence, Inputs = 1, Outputs = 1, Architecture = network,
        };
        var training = new TrainingOptions { Method = new ExtendedMsaOptions(), Seed = 5, Epochs = 10, Threads = 1 };
        var descent = Trainer.Fit(options, training, DescentCases.Data()).Summary.Descent!;
        descent.Iterations.Should().HaveCount(10);
        descent.IsMonotone.Should().BeTrue();
    }

    private static MsaRun Case(string name)
    {
        var options = ModelCases.Options(name);
        var data = ModelCases.Data(options, 20, 3, 33, 1, 26);
        return new MsaRun(ModelCases.Create(options with { Architecture = options.Network with { Dropout = 0 } }, data), data);
    }

    private static TrainedModel Fit(string name, DescentOptions method, int iterations)
    {
        NetworkOptions network = name switch
        {
            "LRU" => LinearLru,
            "LRU, tied, dense skip" => LinearLru with
            {
                Normalization = LruNormalization.TiedL2, Scaffold = new LinearScaffold { Skip = WienerSkip.Dense },
            },
            "LRU, pre form" => LinearLru with { Form = SystemForm.Pre },
            "S5" => LinearS5,
            _ => LinearS5 with { Discretization = Discretization.Bilinear },
        };
        var options = new SequenceModelOptions
        {
            Task = SequenceTask.SequenceToSequence, Inputs = 1, Outputs = 1, Architecture = network,
        };
        return Trainer.Fit(
            options, new TrainingOptions { Method = method, Seed = 5, Epochs = iterations, Threads = 1, ValidationFraction = 0 },
            DescentCases.Data());
    }
}
