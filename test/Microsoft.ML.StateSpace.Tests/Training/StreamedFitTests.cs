using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Tests.Testing;

namespace Microsoft.ML.StateSpace.Tests.Training;

/// <summary>Estimators whose rows exceed the memory budget.</summary>
[Trait("Kind", "Law")]
public class StreamedFitTests
{
    // Less than any of the samples take, and more than a batch.
    private static readonly TrainingOptions Tight = Samples.Quick with { BatchSize = 4, MemoryBudget = 2500 };

    private static readonly MLContext Ml = new(seed: 1);

    private static readonly Dictionary<string, Func<TrainingOptions, SequenceTransformer>> All = new()
    {
        ["classes"] = training => Ml.Transforms.StateSpace.SequenceClassification(Views.Options() with { Training = training })
            .Fit(Views.Fixed(Ml)),
        ["a class weight"] = training => Ml.Transforms.StateSpace.SequenceClassification(
            Views.Options() with { Training = training with { ClassWeights = [1, 2, 3], ValidationFraction = 0.3 } }).Fit(Views.Fixed(Ml)),
        ["tokens"] = training => Ml.Transforms.StateSpace.SequenceClassification(Views.Options() with { Training = training })
            .Fit(Views.Tokens(Ml)),
        ["two classes"] = training => Ml.BinaryClassification.Trainers.StateSpace(
            new BinarySequenceClassificationOptions { Architecture = Samples.Small, Training = training })
            .Fit(Ml.Data.LoadFromEnumerable(Samples.Binary())),
        ["intervals"] = training => Ml.Transforms.StateSpace.SequenceClassification(
            Views.Options(2) with { Training = training, IntervalColumnName = "Intervals" }).Fit(Views.Keyed(Ml, Samples.Irregular())),
        ["missing values"] = training => Ml.Transforms.StateSpace.SequenceClassification(
            Views.Options(2) with { Training = training }).Fit(Views.Keyed(Ml, Samples.Variable().Select(Gap))),
        ["values"] = training => Ml.Regression.Trainers.StateSpace(
            new SequenceRegressionOptions { Architecture = Samples.Small, Training = training })
            .Fit(Ml.Data.LoadFromEnumerable(Samples.Levels())),
        ["tags"] = training => Ml.Transforms.StateSpace.SequenceTagging(Views.TaggingOptions with { Training = training })
            .Fit(Views.Tagged(Ml, Samples.Tags())),
        ["series"] = training => Ml.Transforms.StateSpace.SequenceToSequence(
            new SequenceToSequenceOptions { Architecture = Samples.Small, Training = training })
            .Fit(Ml.Data.LoadFromEnumerable(Samples.Signals())),
        ["series from a steady state"] = training => Ml.Transforms.StateSpace.SequenceToSequence(
            new SequenceToSequenceOptions { Architecture = Samples.Small, Training = training with { Washout = 2 }, WarmUp = 3 })
            .Fit(Ml.Data.LoadFromEnumerable(Samples.Signals())),
        ["windows of series"] = training => Ml.Transforms.StateSpace.SequenceToSequence(
            new SequenceToSequenceOptions { Architecture = Samples.Small, Training = training with { Window = 6 } })
            .Fit(Ml.Data.LoadFromEnumerable(Samples.Signals())),
        ["a validation set"] = training => Ml.Transforms.StateSpace.SequenceClassification(
            Views.Options() with { Training = training, ValidationSet = Views.Keyed(Ml, Samples.Fixed(24, seed: 2)) })
            .Fit(Views.Fixed(Ml)),
    };

    public static TheoryData<string> Tasks => [.. All.Keys];

    // The statistics are the first parameters of a model, and none that is trained.
    [Theory]
    [MemberData(nameof(Tasks))]
    public void EveryTask_Streams_WithTheSameBitsEachTime(string task)
    {
        var lines = new List<string>();
        void Note(object? sender, LoggingEventArgs e)
        {
            lock (lines)
                lines.Add(e.Message);
        }
        var fit = All[task];
        Ml.Log += Note;
        var once = fit(Tight with { Threads = 1 }).Model;
        Ml.Log -= Note;
        lock (lines)
            lines.Should().Contain(line => line.Contains("So they are streamed") && line.Contains("MemoryBudget leaves of 2500"));
        fit(Tight with { Threads = 2 }).Model.Parameters.Values.Should().BeBitwise(once.Parameters.Values.ToArray());
        var inMemory = fit(Tight with { MemoryBudget = 1 << 20 }).Model;
        inMemory.Parameters.Values.ToArray().Should().NotEqual(once.Parameters.Values.ToArray());
        once.Options.Should().BeEquivalentTo(inMemory.Options);
        foreach (var (parameter, other) in once.Parameters.Parameters.Zip(inMemory.Parameters.Parameters))
        {
            if (parameter.Name.Contains("Mean") || parameter.Name.Contains("Deviation"))
                parameter.Of(once.Parameters.Values).Should().BeBitwise(other.Of(inMemory.Parameters.Values).ToArray());
        }
    }

    [Fact]
    public void ASmallTask_IsLearnedFromAStream()
    {
        var training = Samples.Thorough with { BatchSize = 8, MemoryBudget = 4000 };
        var model = Ml.MulticlassClassification.Trainers.StateSpace(Views.Options() with { Training = training }).Fit(Views.Fixed(Ml));
        var test = Views.Keyed(Ml, Samples.Fixed(60, seed: 9));
        Ml.MulticlassClassification.Evaluate(model.Transform(test)).MicroAccuracy.Should().BeGreaterThan(0.9);
    }

    [Fact]
    public void WithoutAnArchitecture_WhatIsStreamedIsLearnedByANetwork()
    {
        SequenceClassificationTransformer Fit(long budget)
            => Ml.MulticlassClassification.Trainers.StateSpace(
                new SequenceClassificationOptions { Training = new() { Seed = 5, MemoryBudget = budget } }).Fit(Views.Fixed(Ml));
        Fit(4000).Model.Options.Architecture.Should().BeOfType<S5Options>();
        Fit(1 << 20).Model.Options.Architecture.Should().BeOfType<StateSpaceBankOptions>();
    }

    [Fact]
    public void RowsOfAViewThatShuffles_AreRefused()
    {
        int readings = 0;
        IEnumerable<BinaryRow> Rows()
        {
            var rows = Samples.Binary();
            new Random(readings++).Shuffle(rows);
            return rows;
        }
        IEnumerable<BinaryRow> Lazy()
        {
            foreach (var row in Rows())
                yield return row;
        }
        var options = new BinarySequenceClassificationOptions { Architecture = Samples.Small, Training = Tight };
        Invoking(() => Ml.BinaryClassification.Trainers.StateSpace(options).Fit(Ml.Data.LoadFromEnumerable(Lazy())))
            .Should().Throw<InvalidOperationException>().WithMessage("*Column 'Features'*row * now holds other numbers*");
    }

    private static VariableRow Gap(VariableRow row)
    {
        row.Features[3] = float.NaN;
        return row;
    }
}
