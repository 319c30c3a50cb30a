using Microsoft.ML.StateSpace.Tests.Testing;
using static Microsoft.ML.StateSpace.Tests.Messages.Doing;

namespace Microsoft.ML.StateSpace.Tests.Messages;

/// <summary>Training methods, and what does not go with them.</summary>
internal static class MethodSituations
{
    private static readonly IDataView Signals = View(Samples.Signals());

    private static readonly TrainingOptions Lbfgs = Samples.Quick with { Method = new LbfgsOptions() };

    private static readonly TrainingOptions Levenberg = Samples.Quick with { Method = new LevenbergMarquardtOptions() };

    private static readonly LruOptions Causal = new() { Layers = 1, ModelSize = 4, StateSize = 4, Bidirectional = false };

    public static IEnumerable<Situation> All =>
    [
        Of("Leave TrainingOptions.BatchSize null", Lbfgs with { BatchSize = 4 }, Lbfgs),
        Of("or Method null for AdamW", Lbfgs with { BatchSize = 4 }, Samples.Quick with { BatchSize = 4 }),
        Of("Leave TrainingOptions.LearningRate null", Lbfgs with { LearningRate = 0.1 }, Lbfgs),
        Of(
            "GradientDescentOptions.Rate is the rate of gradient descent",
            Lbfgs with { LearningRate = 1e-3, Method = new GradientDescentOptions() },
            Lbfgs with { Method = new GradientDescentOptions { Rate = 1e-3 } }),
        Of("Leave TrainingOptions.Engine null", Lbfgs with { Engine = new OtherEngine() }, Lbfgs),
        Of("Raise MemoryBudget to at least", Lbfgs with { MemoryBudget = 500 }, Lbfgs with { MemoryBudget = 1 << 20 }),
        Of(
            "or leave Method null for AdamW, which streams them", Lbfgs with { MemoryBudget = 500 },
            Samples.Quick with { MemoryBudget = 500, BatchSize = 1 }),
        Of(
            "Leave Dropout of the architecture null or set it to 0", Lbfgs, Lbfgs, Causal with { Dropout = 0.1 },
            Causal with { Dropout = 0 }),
        Of("and StateSpaceBankOptions has a closed form", Lbfgs, Samples.Quick, new StateSpaceBankOptions(), new StateSpaceBankOptions()),
        Of("or choose a network as the Architecture", Lbfgs, Lbfgs, new StateSpaceBankOptions(), Causal),
        Of(
            "Leave TrainingOptions.Loss as it is", Levenberg with { Loss = ValueLossKind.Absolute }, Levenberg),
        Of(
            "or choose LbfgsOptions, which trains any network by any loss", Levenberg with { Loss = ValueLossKind.Absolute },
            Lbfgs with { Loss = ValueLossKind.Absolute }),
        Of(
            "Set Bidirectional of the architecture to false", Levenberg, Levenberg, Causal with { Bidirectional = true }, Causal),
        Of("Lower Layers, ModelSize or StateSize", Levenberg, Levenberg, Causal with { ModelSize = 48 }, Causal),
        Of(
            "Set PolishOptions.Then", Samples.Quick with { Method = new PolishOptions { Then = null! } },
            Samples.Quick with { Method = new PolishOptions { Then = new LbfgsOptions() } }),
    ];

    private static Situation Of(
        string says, TrainingOptions wrong, TrainingOptions right, ArchitectureOptions? wrongModel = null,
        ArchitectureOptions? rightModel = null)
        => new(says, () => FitWith(wrong, wrongModel), () => FitWith(right, rightModel)) { Of = "method" };

    private static void FitWith(TrainingOptions training, ArchitectureOptions? architecture)
        => Fit(Series(o => o with { Training = training, Architecture = architecture ?? Causal }), Signals);

    private sealed class OtherEngine : TrainingEngine
    {
        public override string ToString() => "another engine";
    }
}
