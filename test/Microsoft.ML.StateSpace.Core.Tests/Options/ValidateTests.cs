namespace Microsoft.ML.StateSpace.Core.Tests.Options;

/// <summary>An option that cannot work is named, with what it was.</summary>
public class ValidateTests
{
    private static readonly Dictionary<string, Action> Wrong = new()
    {
        ["Layers"] = new LruOptions { Layers = 0 }.Validate,
        ["ModelSize"] = new S5Options { ModelSize = -3 }.Validate,
        ["StateSize"] = new LruOptions { StateSize = 0 }.Validate,
        ["Dropout"] = new LruOptions { Dropout = 1 }.Validate,
        ["Norm"] = new LruOptions { Norm = (NormKind)9 }.Validate,
        ["NormPlacement"] = new LruOptions { Scaffold = new GluScaffold { NormPlacement = (NormPlacement)9 } }.Validate,
        ["Nonlinearity"] = new LruOptions { Scaffold = new GluScaffold { Nonlinearity = (Nonlinearity)9 } }.Validate,
        ["Pooling"] = new LruOptions { Pooling = (Pooling)9 }.Validate,
        ["Heads"] = new RgLruOptions { Heads = 0 }.Validate,
        ["HeadSize"] = new SsdOptions { HeadSize = 0 }.Validate,
        ["Initialization"] = new RgLruOptions { Initialization = (RgLruInitialization)9 }.Validate,
        ["FirstStep"] = new RgLruOptions { FirstStep = (RgLruFirstStep)9 }.Validate,
        ["RadiusMinimum"] = new LruOptions { RadiusMinimum = 0.995 }.Validate,
        ["RadiusMaximum"] = new LruOptions { RadiusMaximum = 1.01 }.Validate,
        ["PhaseMaximum"] = new LruOptions { PhaseMaximum = 0 }.Validate,
        ["Normalization"] = new LruOptions { Normalization = (LruNormalization)9 }.Validate,
        ["Blocks"] = new S5Options { Blocks = 3, StateSize = 8 }.Validate,
        ["Parametrization"] = new S5Options { Parametrization = (S5Parametrization)9 }.Validate,
        ["OutputInitialization"] = new S5Options { OutputInitialization = (S5OutputInitialization)9 }.Validate,
        ["OutputForm"] = new LruOptions { OutputForm = (LruOutputForm)9 }.Validate,
        ["Discretization"] = new S5Options { Discretization = (Discretization)9 }.Validate,
        ["StepSizeMinimum"] = new S5Options { StepSizeMinimum = 0.5, StepSizeMaximum = 0.1 }.Validate,
        ["StepSizeMaximum"] = new S5Options { StepSizeMaximum = double.PositiveInfinity }.Validate,
        ["InputDiscretization"] = new S6Options { InputDiscretization = (InputDiscretization)9 }.Validate,
        ["StepRank"] = new S6Options { StepRank = 0 }.Validate,
        ["Initialization"] = new S4DOptions { Initialization = (S4DInitialization)9 }.Validate,
        ["FrequencyScale"] = new S4DOptions { FrequencyScale = 0 }.Validate,
        ["Epochs"] = new TrainingOptions { Epochs = 0 }.Validate,
        ["BatchSize"] = new TrainingOptions { BatchSize = 0 }.Validate,
        ["Window"] = new TrainingOptions { Window = 1 }.Validate,
        ["LearningRate"] = new TrainingOptions { LearningRate = double.NaN }.Validate,
        ["StateSpaceRateFactor"] = new TrainingOptions { StateSpaceRateFactor = 0 }.Validate,
        ["WeightDecay"] = new TrainingOptions { WeightDecay = -1 }.Validate,
        ["WarmupFraction"] = new TrainingOptions { WarmupFraction = 1 }.Validate,
        ["GradientClip"] = new TrainingOptions { GradientClip = 0 }.Validate,
        ["LabelSmoothing"] = new TrainingOptions { LabelSmoothing = 1 }.Validate,
        ["ClassWeights"] = new TrainingOptions { ClassWeights = [1, -1] }.Validate,
        ["ValidationFraction"] = new TrainingOptions { ValidationFraction = 1 }.Validate,
        ["Patience"] = new TrainingOptions { Patience = 0 }.Validate,
        ["Threads"] = new TrainingOptions { Threads = 0 }.Validate,
    };

    public static TheoryData<string> Names => [.. Wrong.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Validate_NamesTheOption(string name)
    {
        var error = Invoking(Wrong[name]).Should().ThrowExactly<ArgumentOutOfRangeException>().Which;
        error.ParamName.Should().Be(name);
        error.Message.Should().StartWith(name);
    }

    [Fact]
    public void Validate_RefusesAStateSize_WhereChannelsAreStates()
    {
        var error = Invoking(new RgLruOptions { StateSize = 16 }.Validate).Should().ThrowExactly<ArgumentOutOfRangeException>().Which;
        error.ParamName.Should().Be("StateSize");
        error.Message.Should().Contain("ModelSize");
    }

    [Fact]
    public void Mamba2Scaffold_RefusesOtherCores()
    {
        var error = Invoking(new LruOptions { Scaffold = new Mamba2Scaffold() }.Validate).Should().ThrowExactly<ArgumentException>().Which;
        error.ParamName.Should().Be("Scaffold");
        error.Message.Should().Contain("MambaScaffold");
    }

    [Fact]
    public void Validate_AcceptsDefaults()
    {
        new LruOptions().Validate();
        new S5Options().Validate();
        new RgLruOptions().Validate();
        new SsdOptions().Validate();
        new S4DOptions().Validate();
        new S4Options().Validate();
        new TrainingOptions().Validate();
    }
}
