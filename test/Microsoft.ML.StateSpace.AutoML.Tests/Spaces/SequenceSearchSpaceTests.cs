using Microsoft.ML.AutoML;
using Microsoft.ML.SearchSpace;
using Microsoft.ML.SearchSpace.Option;
using Microsoft.ML.StateSpace.AutoML.Spaces;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Enrolments;

namespace Microsoft.ML.StateSpace.AutoML.Tests.Spaces;

public class SequenceSearchSpaceTests
{
    public static TheoryData<string, SequenceTask> FamiliesAndTasks()
    {
        var data = new TheoryData<string, SequenceTask>();
        foreach (var family in SequenceFamily.All)
        {
            foreach (var task in Enum.GetValues<SequenceTask>())
                data.Add(family.Name, task);
        }
        return data;
    }

    private static SequenceSettings Read(
        SearchSpace.SearchSpace space, double[] point, SequenceTask task = SequenceTask.Classification,
        ArchitectureOptions? architecture = null, TrainingOptions? training = null)
        => new SettingsReader(task, new(architecture ?? new S5Options(), training ?? new()), space)
            .Read(space.SampleFromFeatureSpace(point));

    [Theory]
    [MemberData(nameof(FamiliesAndTasks))]
    public void Default_IsTheLibrarysOwnChoice(string name, SequenceTask task)
    {
        var family = SequenceFamily.Find(name)!;
        var space = SequenceSearchSpace.Create(task, families: [family]);

        var settings = Read(space, space.Default, task);

        settings.Architecture.Should().Be(family.CreateOptions());
        settings.Training.Should().Be(new TrainingOptions());
    }

    [Theory]
    [MemberData(nameof(FamiliesAndTasks))]
    public void AnyPoint_IsAModelThatWorks(string name, SequenceTask task)
    {
        var family = SequenceFamily.Find(name)!;
        var space = SequenceSearchSpace.Create(task, families: [family]);
        var random = new Random(1);
        var seen = new HashSet<string>();
        for (int i = 0; i < 200; i++)
        {
            double[] point = [.. Enumerable.Range(0, space.FeatureSpaceDim).Select(_ => i < 2 ? i : random.NextDouble())];
            var settings = Read(space, point, task);

            settings.Architecture.Validate();
            settings.Training.Validate();
            SequenceFamily.Of(settings.Architecture).Should().Be(family);
            seen.Add(settings.ToString());
        }
        seen.Count.Should().BeGreaterThanOrEqualTo((int)Math.Min(Points(space), 191), "nearly all of the 200 points must differ");
    }

    // Points of a space, where all its parameters are choices; without a bound where one is a number.
    private static double Points(SearchSpace.SearchSpace space) => space.Values.Select(option => option switch
    {
        ChoiceOption choice => choice.Choices.Length,
        SearchSpace.SearchSpace nested => Points(nested),
        _ => double.PositiveInfinity,
    }).Aggregate(1.0, (product, count) => product * count);

    [Fact]
    public void Families_AreAChoice()
    {
        var space = SequenceSearchSpace.Create(
            SequenceTask.Classification, families: [SequenceFamily.Of<LruOptions>(), SequenceFamily.Of<S5Options>()]);
        var families = Enumerable.Range(0, 20)
            .Select(i => Read(space, [.. Enumerable.Repeat(i / 20.0, space.FeatureSpaceDim)]).Architecture.GetType()).Distinct();

        families.Should().Equal([typeof(LruOptions), typeof(S5Options)]);
        Read(space, space.Default).Architecture.Should().BeOfType<LruOptions>();
    }

    [Fact]
    public void WhatTheOptionsSet_IsFrozen()
    {
        var architecture = new LruOptions { Layers = 2, RadiusMinimum = 0.5, Dropout = 0.3, Scaffold = new MlpScaffold() };
        var training = new TrainingOptions { LearningRate = 0.01, WeightDecay = 0.02 };
        var space = SequenceSearchSpace.Create(SequenceTask.Classification, architecture, training);

        foreach (double at in (double[])[0, 0.2, 0.9, 1])
        {
            var settings = Read(space, [.. Enumerable.Repeat(at, space.FeatureSpaceDim)], SequenceTask.Classification, architecture,
                training);
            var lru = settings.Architecture.Should().BeOfType<LruOptions>().Which;
            lru.Layers.Should().Be(2);
            lru.RadiusMinimum.Should().Be(0.5);
            lru.Dropout.Should().Be(0.3);
            (lru.Scaffold?.GetType()).Should().Be(typeof(MlpScaffold));
            settings.Training.LearningRate.Should().Be(0.01);
            settings.Training.WeightDecay.Should().Be(0.02);
        }
        space.Keys.Should().NotContain("Family");
        space.Keys.Should().Contain("ModelSize");
    }

    [Fact]
    public void ARemovedParameter_IsFrozenAtItsDefault()
    {
        var space = SequenceSearchSpace.Create(SequenceTask.Classification);
        space.Remove("Layers");
        ((SearchSpace.SearchSpace)space["S5"]).Remove("StateSize");

        var settings = Read(space, new double[space.FeatureSpaceDim]);

        settings.Network!.Layers.Should().BeNull();
        settings.Network!.StateSize.Should().BeNull();
        settings.Network!.ModelSize.Should().Be(16);
    }

    [Fact]
    public void AnOptionOfTheUsers_IsTakenAtItsWord()
    {
        var space = SequenceSearchSpace.Create(SequenceTask.Classification);
        space["Layers"] = new ChoiceOption([3, 5], 3);

        // 3 is also the library's default for small data, but here the user asks for it.
        Read(space, space.Default).Network!.Layers.Should().Be(3);
    }

    [Theory]
    [InlineData(SequenceTask.Classification, false)]
    [InlineData(SequenceTask.Regression, false)]
    [InlineData(SequenceTask.Tagging, true)]
    [InlineData(SequenceTask.SequenceToSequence, true)]
    public void Window_IsAskedWhereThereIsAnAnswerAStep(SequenceTask task, bool isAsked)
    {
        SequenceSearchSpace.Create(task).ContainsKey("Window").Should().Be(isAsked);
        SequenceSearchSpace.Create(task, training: new() { Window = 100 }).Keys.Should().NotContain("Window");
    }

    [Fact]
    public void Window_SetsTheOption_AndZeroIsWholeSequences()
    {
        var space = SequenceSearchSpace.Create(SequenceTask.SequenceToSequence);

        Windows().Should().Equal([null, 64, 128, 256, 512]);
        space["Window"] = new ChoiceOption([0, 32], 32);
        Windows().Should().Equal([null, 32]);

        IEnumerable<int?> Windows()
            => Enumerable.Range(0, 20)
                .Select(
                    i => Read(space, [.. Enumerable.Repeat(i / 20.0, space.FeatureSpaceDim)],
                        SequenceTask.SequenceToSequence).Training.Window).Distinct();
    }

    [Fact]
    public void WhatATrainingMethodRefuses_IsNotVaried()
    {
        string[] ofAdamW = ["LearningRate", "StateSpaceRateFactor", "WeightDecay"];
        Space(null).Should().Contain([.. ofAdamW, "Dropout"]);
        Space(new LbfgsOptions()).Should().NotContain([.. ofAdamW, "Dropout"]).And.Contain("Layers");
        Space(new PolishOptions { Then = new LbfgsOptions() }).Should().Contain(ofAdamW).And.NotContain("Dropout");

        static IEnumerable<string> Space(TrainingMethod? method)
            => SequenceSearchSpace.Create(SequenceTask.SequenceToSequence, training: new() { Method = method }).Keys;
    }

    [Fact]
    public void Combinations_ThatClashWithWhatIsSet_AreRepaired()
    {
        foreach (var architecture in CoreEnrolment.All.SelectMany(core => core.Clashes))
        {
            var space = SequenceSearchSpace.Create(SequenceTask.Classification, architecture);
            var random = new Random(2);
            for (int i = 0; i < 50; i++)
            {
                double[] point = [.. Enumerable.Range(0, space.FeatureSpaceDim).Select(_ => random.NextDouble())];
                var settings = Read(space, point, SequenceTask.Classification, architecture);
                settings.Architecture.Validate();
                Read(space, point, SequenceTask.Classification, architecture).Should().Be(settings);
            }
        }
    }

    [Fact]
    public void Create_RefusesFamiliesBesideTheOneThatIsSet()
    {
        var create = () => SequenceSearchSpace.Create(
            SequenceTask.Classification, new LruOptions(), families: [SequenceFamily.Of<S5Options>()]);

        create.Should().ThrowExactly<ArgumentException>();
    }

    [Fact]
    public void Intervals_LeaveTheFamiliesThatTakeThem()
    {
        var auto = new MLContext().Auto();

        SweepableEstimator[] steps =
        [
            auto.SequenceClassification(new SequenceClassificationOptions { IntervalColumnName = "Intervals" }),
            auto.BinarySequenceClassification(new BinarySequenceClassificationOptions { IntervalColumnName = "Intervals" }),
            auto.SequenceRegression(new SequenceRegressionOptions { IntervalColumnName = "Intervals" }),
            auto.SequenceTagging(new SequenceTaggingOptions { IntervalColumnName = "Intervals" }),
            auto.SequenceToSequence(new SequenceToSequenceOptions { IntervalColumnName = "Intervals" }),
        ];

        steps.Should().AllSatisfy(
            step => ((ChoiceOption)step.SearchSpace["Family"]).Choices.Select(choice => choice.AsType<string>())
                .Should().Equal(SequenceFamily.Usual.Where(family => family.Definition.TakesIntervals).Select(family => family.Name))
                .And.HaveCountGreaterThan(1).And.NotContain(CoreDefinition.Of(typeof(LruOptions)).Family));
        var options = new SequenceClassificationOptions { IntervalColumnName = "Intervals" };
        Invoking(() => auto.SequenceClassification(options, [SequenceFamily.Of<LruOptions>()]))
            .Should().ThrowExactly<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void AnEnsemble_IsNoFamily_AndTheMessageSaysWhatToSweep()
    {
        var ensemble = new EnsembleOptions { Members = [new S5Options(), new LruOptions()] };

        SequenceFamily.All.Should().NotContain(family => family.Name == "Ensemble");
        Invoking(() => SequenceSearchSpace.Create(SequenceTask.Classification, ensemble)).Should().ThrowExactly<ArgumentException>()
            .Which.Message.Should().Contain("EnsembleOptions is made of several").And.Contain("Sweep the Architecture of each member");
    }

    [Fact]
    public void Parameters_SurviveJson()
    {
        var space = SequenceSearchSpace.Create(SequenceTask.Classification);
        var random = new Random(3);
        double[] point = [.. Enumerable.Range(0, space.FeatureSpaceDim).Select(_ => random.NextDouble())];
        var parameter = space.SampleFromFeatureSpace(point);
        var again = System.Text.Json.JsonSerializer.Deserialize<Parameter>(parameter.ToString())!;
        var reader = new SettingsReader(SequenceTask.Classification, new(new S5Options(), new()), space);

        reader.Read(again).Should().Be(reader.Read(parameter));
    }
}
