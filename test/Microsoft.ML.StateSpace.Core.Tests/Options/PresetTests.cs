using System.Reflection;
using Microsoft.ML.StateSpace.Models;

namespace Microsoft.ML.StateSpace.Core.Tests.Options;

/// <summary>Every preset is a model that can be built, of the published size.</summary>
public class PresetTests
{
    public static TheoryData<string> Architectures
        => [.. typeof(Presets).GetProperties(BindingFlags.Public | BindingFlags.Static)
            .Where(p => p.PropertyType.IsAssignableTo(typeof(NetworkOptions))).Select(p => p.Name)];

    public static TheoryData<LongRangeTask> Tasks => [.. Enum.GetValues<LongRangeTask>()];

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Architecture_CanBeBuilt(string name) => Build((NetworkOptions)typeof(Presets).GetProperty(name)!.GetValue(null)!);

    [Theory]
    [MemberData(nameof(Tasks))]
    public void LongRangeArena_CanBeBuilt_AndItsTrainingIsValid(LongRangeTask task)
    {
        foreach (var preset in (Preset[])[Presets.LongRangeArena(task), Presets.LongRangeArenaWithS4(task)])
        {
            Build(preset.Architecture);
            preset.Training.Validate();
        }
    }

    [Fact]
    public void PendulumAndSpeech_CanBeBuilt()
    {
        Build(Presets.Pendulum.Architecture);
        Build(Presets.SpeechCommands.Architecture);
        Presets.Pendulum.Training.Validate();
        Presets.SpeechCommands.Training.Validate();
    }

    [Fact]
    public void LongRangeArena_RefusesWhatIsNoTask()
        => ((Func<LongRangeTask, Preset>[])[Presets.LongRangeArena, Presets.LongRangeArenaWithS4])
            .Should().AllSatisfy(preset => Invoking(() => preset((LongRangeTask)9)).Should().ThrowExactly<ArgumentOutOfRangeException>());

    // The parameters are only declared. No values are drawn, so even the largest model is built at once.
    private static void Build(NetworkOptions preset)
    {
        preset.Validate();
        var core = preset.Core;
        var architecture = preset with
        {
            Layers = preset.Layers ?? preset.ChosenScaffold.FewestLayers,
            ModelSize = preset.ModelSize ?? 64,
            StateSize = preset.StateSize ?? (core.HasStateSize ? core.UsualStateSize(preset) : null),
            Bidirectional = preset.Bidirectional ?? false,
        };
        var model = new SequenceNetwork(
            new SequenceModelOptions { Task = SequenceTask.Classification, Inputs = 3, Outputs = 10, Architecture = architecture });
        (model.Branches % architecture.Layers!.Value).Should().Be(0);
    }
}
