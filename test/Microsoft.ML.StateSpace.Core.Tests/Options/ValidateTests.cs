using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Enrolments;

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
        ["NormEpsilon"] = new LruOptions { NormEpsilon = 0 }.Validate,
        ["LogitsSoftCap"] = new LruOptions { LogitsSoftCap = 0 }.Validate,
        ["Gelu"] = new LruOptions { Scaffold = new GluScaffold { Gelu = (GeluForm)9 } }.Validate,
        ["FinalNorm"] = new LruOptions { FinalNorm = (NormKind)9 }.Validate,
        ["NormPlacement"] = new LruOptions { Scaffold = new GluScaffold { NormPlacement = (NormPlacement)9 } }.Validate,
        ["Nonlinearity"] = new LruOptions { Scaffold = new GluScaffold { Nonlinearity = (Nonlinearity)9 } }.Validate,
        ["Pooling"] = new LruOptions { Pooling = (Pooling)9 }.Validate,
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

    public static TheoryData<string, string> OwnOptions
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var core in CoreEnrolment.All)
                foreach (var (option, _) in core.Wrong)
                    data.Add(core.Definition.Name, option);
            return data;
        }
    }

    public static TheoryData<string> Cores => [.. CoreDefinition.All.Select(core => core.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Validate_NamesTheOption(string name)
    {
        var error = Invoking(Wrong[name]).Should().ThrowExactly<ArgumentOutOfRangeException>().Which;
        error.ParamName.Should().Be(name);
        error.Message.Should().StartWith(name);
    }

    [Fact]
    public void Validate_RefusesWeightsThatTrainNothing()
    {
        Invoking(new TrainingOptions { ClassWeights = [0, 0] }.Validate).Should().ThrowExactly<ArgumentOutOfRangeException>()
            .WithMessage("ClassWeights must hold at least one positive weight*").Which.ParamName.Should().Be("ClassWeights");
        new TrainingOptions { ClassWeights = [0, 1] }.Validate();
    }

    [Fact]
    public void Validate_NamesABoundOnlyWhereThereIsOne()
        => Invoking(new TrainingOptions { WeightDecay = -1 }.Validate).Should().Throw<ArgumentOutOfRangeException>()
            .WithMessage("WeightDecay must be a number of at least 0.*");

    [Theory]
    [MemberData(nameof(OwnOptions))]
    public void Validate_NamesAnOptionOfTheCore(string core, string option)
    {
        var wrong = CoreEnrolment.All.Single(c => c.Definition.Name == core).Wrong.Single(w => w.Option == option).Options;
        var error = Invoking(wrong.Validate).Should().ThrowExactly<ArgumentOutOfRangeException>().Which;
        error.ParamName.Should().Be(option);
        error.Message.Should().StartWith(option);
    }

    [Fact]
    public void Validate_RefusesAStateSize_WhereChannelsAreStates()
    {
        var options = CoreDefinition.All.First(core => !core.HasStateSize).CreateOptions() with { StateSize = 16 };
        var error = Invoking(options.Validate).Should().ThrowExactly<ArgumentOutOfRangeException>().Which;
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

    [Theory]
    [MemberData(nameof(Cores))]
    public void Validate_AcceptsTheDefaultsOfACore(string core)
        => CoreDefinition.All.Single(c => c.Name == core).CreateOptions().Validate();

    [Fact]
    public void Validate_AcceptsTheDefaultsOfTraining() => new TrainingOptions().Validate();
}
