using System.Reflection;
using Microsoft.ML.StateSpace.Core.Tests.Training;
using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Options;

/// <summary>
/// A size, or a product of sizes, either works or is refused in words that name an option. Every integer option of every record is enrolled
/// by being there.
/// </summary>
[Trait("Kind", "Law")]
public class SizeTests
{
    private const int TooLarge = 1_000_000_000, Largest = int.MaxValue;

    private static readonly ScaffoldOptions[] Scaffolds
        = [.. typeof(ScaffoldOptions).Assembly.GetTypes().Where(type => type.BaseType == typeof(ScaffoldOptions))
            .Select(type => (ScaffoldOptions)Activator.CreateInstance(type)!)];

    public static TheoryData<string> Cores => [.. CoreDefinition.All.Select(core => core.Name)];

    public static TheoryData<string, string> OptionsOfCores
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var core in CoreDefinition.All)
                foreach (var option in Integers(core.OptionsType))
                    data.Add(core.Name, option.Name);
            return data;
        }
    }

    public static TheoryData<string, string> OptionsOfScaffolds
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var scaffold in Scaffolds)
                foreach (var option in Integers(scaffold.GetType()))
                    data.Add(scaffold.GetType().Name, option.Name);
            return data;
        }
    }

    private static readonly ArchitectureDefinition[] OtherModels
        = [.. ArchitectureDefinition.All.Where(kind => kind is not CoreDefinition)];

    public static TheoryData<string, string> OptionsOfOtherModels
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var model in OtherModels)
                foreach (var option in Integers(model.OptionsType))
                    data.Add(model.Family, option.Name);
            return data;
        }
    }

    public static TheoryData<string> OptionsOfTraining => [.. Integers(typeof(TrainingOptions)).Select(option => option.Name)];

    [Theory]
    [MemberData(nameof(OptionsOfCores))]
    public void AnOptionOfACore_IsRefusedWhereItIsTooLarge(string core, string option)
    {
        foreach (int size in new[] { TooLarge, Largest, int.MinValue })
        {
            var options = Small(core);
            options = (NetworkOptions)With(options, option, size);
            Refusal(() => Build(options)).Should().Contain(option);
        }
    }

    [Theory]
    [MemberData(nameof(OptionsOfOtherModels))]
    public void AnOptionOfAnotherModel_IsRefusedWhereItIsTooLarge(string model, string option)
    {
        var options = OtherModels.Single(kind => kind.Family == model).CreateOptions();
        // A bank without filters is a linear model, and one without lags has no feedback.
        int tooSmall = option is nameof(StateSpaceBankOptions.Filters) or nameof(StateSpaceBankOptions.FeedbackLags) ? -1 : 0;
        foreach (int size in new[] { TooLarge, Largest, int.MinValue, tooSmall })
            Refusal(() => ((ArchitectureOptions)With(options, option, size)).Validate()).Should().Contain(option);
    }

    // Each number is allowed by itself.
    [Fact]
    public void ABank_OfTooManyFeatures_IsRefused()
        => Refusal(() => SequenceModel.Create(new()
        {
            Task = SequenceTask.Classification, Inputs = 1, Outputs = 4000,
            Architecture = new StateSpaceBankOptions { Filters = 1 << 16, Bidirectional = true },
        })).Should().Contain("ReadOut.Weight");

    [Theory]
    [MemberData(nameof(OptionsOfScaffolds))]
    public void AnOptionOfAScaffold_IsRefusedWhereItIsTooLarge(string scaffold, string option)
    {
        foreach (int size in new[] { TooLarge, Largest, int.MinValue })
        {
            var around = (ScaffoldOptions)With(Scaffolds.Single(s => s.GetType().Name == scaffold), option, size);
            var core = Small(around is Mamba2Scaffold ? "SSD" : "S5");
            Refusal(() => Build(core with { Scaffold = around })).Should().Contain(option);
        }
    }

    // Each size is allowed by itself, but not with the others.
    [Theory]
    [MemberData(nameof(Cores))]
    public void ProductsOfAllowedSizes_AreRefused(string core)
    {
        var small = Small(core);
        bool hasStates = small.Core.HasStateSize;
        foreach (var options in new[]
        {
            small with { ModelSize = 1 << 16 },
            small with { ModelSize = 1 << 16, StateSize = hasStates ? 1 << 16 : null },
            small with { ModelSize = 1 << 14, StateSize = hasStates ? 1 << 12 : null, Layers = 1024 },
            small with { ModelSize = 1 << 13, Layers = 1024 },
        })
        {
            Refusal(() => Build(options)).Should().ContainAny("ModelSize", "StateSize", "Layers");
        }
    }

    [Fact]
    public void AScaffoldThatWidensTooMuch_IsRefused()
    {
        foreach (var scaffold in Scaffolds.Where(s => Integers(s.GetType()).Any(option => option.Name == "Expansion")))
        {
            var core = Small(scaffold is Mamba2Scaffold ? "SSD" : "S5") with { ModelSize = 1024, Layers = 3 };
            Refusal(() => Build(core with { Scaffold = (ScaffoldOptions)With(scaffold, "Expansion", 1024) }))
                .Should().Contain("ModelSize");
        }
    }

    [Theory]
    [InlineData(1, 1 << 24, 4)]
    [InlineData(1 << 24, 0, 4)]
    [InlineData(4, 0, 1 << 30)]
    public void InputsTokensAndOutputs_AreRefused_WhereTheirMatricesHaveTooManyValues(int inputs, int vocabulary, int outputs)
        => Refusal(() => Build(Small("S5") with { ModelSize = 1024 }, inputs, vocabulary, outputs)).Should().Contain("inputs, tokens");

    [Fact]
    public void Parameters_ThatNoArrayCanHold_AreRefused()
    {
        Refusal(() => new Parameter("A", [1 << 16, 1 << 16], ParameterGroup.Plain, 0)).Should().Contain("'A' of shape (65536, 65536)");
        Refusal(() => new Parameter("A", [int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue], ParameterGroup.Plain, 0))
            .Should().Contain("'A'");
        var layout = new ParameterLayout();
        layout.Add("A", [1 << 30], ParameterGroup.Plain, Initialize.Constant(0));
        layout.AddPrepared(1 << 29);
        layout.AddTable(1 << 28);
        Refusal(() => layout.AddTable(1 << 28)).Should().Contain("too large");
        Refusal(() => layout.AddPrepared(1 << 28)).Should().Contain("too large");
        Refusal(() => layout.Add("B", [1 << 28], ParameterGroup.Plain, Initialize.Constant(0))).Should().Contain("too large");
    }

    [Theory]
    [InlineData(SequenceTask.Classification, 100_000)]
    [InlineData(SequenceTask.SequenceToSequence, 1)]
    public void ABatch_ThatNoArrayCanHold_IsRefused(SequenceTask task, int features)
    {
        var batch = new SequenceBatch(features, TargetLayout.Of(task, 100_000), hasIntervals: true);
        Refusal(() => batch.Reset([.. Enumerable.Repeat(1, 999), 50_000]))
            .Should().ContainAll("BatchSize", "1000 sequences", "50000 time steps");
        Refusal(() => batch.Reset([.. Enumerable.Repeat(1_000_000_000, 3)])).Should().Contain("BatchSize");
    }

    [Fact]
    public void AnswersToABatch_ThatNoArrayCanHold_AreRefused()
    {
        var batch = new SequenceBatch(1, TargetLayout.Of(SequenceTask.Tagging, 100_000));
        batch.Reset([1, 50_000]);
        batch.OutputLength(20_000).Should().Be(2_000_000_000);
        Refusal(() => batch.OutputLength(100_000))
            .Should().ContainAll("BatchSize", "2 sequences", "50000 time steps", "10000000000 values");
    }

    [Theory]
    [InlineData(ArenaUse.Train)]
    [InlineData(ArenaUse.Score)]
    internal void AnswersToASequence_ThatNoArrayCanHold_AreRefused(ArenaUse use)
    {
        var model = new SequenceNetwork(new()
        {
            Task = SequenceTask.Tagging, Inputs = 1, Outputs = 1 << 16, Architecture = Small("S5"),
        });
        var batch = new SequenceBatch(1, model.Head.Targets);
        batch.Reset([50_000]);
        Refusal(() => new Workspace(model).Pack(new float[model.Layout.Length], batch, 0, 1, use))
            .Should().ContainAll("50,000 time steps", "Cut the sequence");
    }

    [Theory]
    [MemberData(nameof(OptionsOfTraining))]
    public void AnOptionOfTraining_WorksOrIsRefused_WhereItIsLarge(string option)
    {
        foreach (int size in new[] { TooLarge, Largest })
        {
            using var source = new CancellationTokenSource();
            var training = SmallTask.Training with { Cancellation = source.Token, Progress = new Reports(_ => source.Cancel()) };
            training = (TrainingOptions)With(training, option, size);
            var fit = () => Trainer.Fit(
                SmallTask.Model with { Task = SequenceTask.Tagging }, training, Tagged());
            if (Record.Exception(fit) is { } error)
            {
                error.Should().Match(e => e is ArgumentException || e is InvalidOperationException);
                error.Message.Should().Contain(option);
            }
        }
    }

    private static SequenceSet Tagged()
    {
        var (data, tagged) = (SmallTask.Data(20), new SequenceSet(1, TargetLayout.Of(SequenceTask.Tagging, 2)));
        for (int i = 0; i < data.Count; i++)
            tagged.AddClasses(data.Values(i).ToArray(), [.. Enumerable.Repeat(data.Classes(i)[0], data.Length(i))]);
        return tagged;
    }

    private static NetworkOptions Small(string core)
    {
        var definition = CoreDefinition.All.Single(c => c.Name == core);
        return definition.CreateOptions() with
        {
            Layers = 1, ModelSize = 8, StateSize = definition.HasStateSize ? 8 : null, Bidirectional = false, Dropout = 0,
        };
    }

    private static void Build(NetworkOptions options, int inputs = 1, int vocabulary = 0, int outputs = 1)
    {
        options.Validate();
        _ = new SequenceNetwork(new()
        {
            Task = SequenceTask.SequenceToSequence, Inputs = inputs, Vocabulary = vocabulary, Outputs = outputs, Architecture = options,
        });
    }

    private static string Refusal(Action action)
    {
        var error = Record.Exception(action);
        error.Should().Match(e => e is ArgumentException || e is InvalidOperationException, "sizes are refused in words");
        return error!.Message;
    }

    private static IEnumerable<PropertyInfo> Integers(Type type)
        => type.GetProperties().Where(property => property.PropertyType == typeof(int) || property.PropertyType == typeof(int?));

    // A copy of a record with another value of one property.
    private static object With(object record, string option, int value)
    {
        object copy = record.GetType().GetMethod("<Clone>$")!.Invoke(record, null)!;
        copy.GetType().GetProperty(option)!.SetValue(copy, value);
        return copy;
    }
}
