using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Core.Tests.Training;

/// <summary>The methods of descent, and small models and data that each of them must bring down.</summary>
internal static class DescentCases
{
    /// <summary>Every method; a new one needs a line here to be held to all laws.</summary>
    public static IReadOnlyDictionary<string, DescentOptions> Methods { get; } = new Dictionary<string, DescentOptions>
    {
        ["gradient descent"] = new GradientDescentOptions(),
        ["gradient descent, fixed rate"] = new GradientDescentOptions { Rate = 0.01 },
        ["L-BFGS"] = new LbfgsOptions(),
        ["Levenberg-Marquardt"] = new LevenbergMarquardtOptions(),
        ["Levenberg-Marquardt, regularized"] = new LevenbergMarquardtOptions { Regularization = 1e-4 },
        ["L-BFGS, regularized"] = new LbfgsOptions { Regularization = 1e-3, Memory = 3 },
        ["proximal MSA"] = new ProximalMsaOptions(),
        ["extended MSA"] = new ExtendedMsaOptions(),
        ["extended MSA, regularized"] = new ExtendedMsaOptions { Regularization = 1e-3, LayerSteps = 10 },
    };

    /// <summary>Every core in the block of its publication, causal and small.</summary>
    public static IReadOnlyDictionary<string, NetworkOptions> Models { get; } = CoreDefinition.All.ToDictionary(
        core => core.Family,
        core => (NetworkOptions)core.Repair(core.CreateOptions() with
        {
            Layers = 1, ModelSize = 8, StateSize = core.HasStateSize ? 4 : null, Bidirectional = false,
        }));

    public static TheoryData<string, string> All()
    {
        var all = new TheoryData<string, string>();
        foreach (string method in Methods.Keys)
            foreach (string model in Models.Keys)
                all.Add(method, model);
        return all;
    }

    public static TheoryData<string> MethodNames() => [.. Methods.Keys];

    public static SequenceModelOptions Model(string name)
        => new()
        {
            Task = SequenceTask.SequenceToSequence, Inputs = 1, Outputs = 1,
            Architecture = Models[name],
        };

    /// <summary>One linear layer of four states, which can be the oscillator of <see cref="Data"/>.</summary>
    public static SequenceModelOptions Linear(string core)
        => Model(core) with
        {
            Architecture = Models[core] with
            {
                ModelSize = 2, Scaffold = new LinearScaffold(), Norm = NormKind.None,
            },
        };

    /// <summary>How much of the oscillator a model has found, in percent, on inputs that it has not seen.</summary>
    public static double FitOf(TrainedModel model)
    {
        var unseen = Data(count: 3, length: 60, seed: 100);
        var predictor = new SequencePredictor(model);
        double errors = 0, squares = 0;
        for (int i = 0; i < unseen.Count; i++)
        {
            float[] answers = new float[unseen.Length(i)];
            predictor.Predict(unseen.Values(i), [], answers);
            double mean = unseen.TargetsOf(i).ToArray().Average();
            for (int t = 0; t < answers.Length; t++)
            {
                errors += Math.Pow(answers[t] - unseen.TargetsOf(i)[t], 2);
                squares += Math.Pow(unseen.TargetsOf(i)[t] - mean, 2);
            }
        }
        return 100 * (1 - Math.Sqrt(errors / squares));
    }

    public static TrainingOptions Training(string method, int iterations)
        => new() { Method = Methods[method], Seed = 5, Epochs = iterations, Threads = 1 };

    /// <summary>Inputs at random, and a damped oscillation's answer to them.</summary>
    public static SequenceSet Data(int count = 9, int length = 30, int seed = 1)
    {
        var data = new SequenceSet(1, TargetLayout.Of(SequenceTask.SequenceToSequence, 1));
        for (int i = 0; i < count; i++)
        {
            float[] input = Draw.Uniform(length + i, -1, 1, seed + i), output = new float[input.Length];
            for (int t = 0; t < input.Length; t++)
                output[t] = input[t] + (t > 0 ? 1.5f * output[t - 1] : 0) - (t > 1 ? 0.7f * output[t - 2] : 0);
            data.Add(input, output);
        }
        return data;
    }
}
