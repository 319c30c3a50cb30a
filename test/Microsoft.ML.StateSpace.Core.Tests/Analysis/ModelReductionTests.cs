using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.ModelFiles;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Core.Tests.Analysis;

/// <summary>Systems that go into the layers of a trained model.</summary>
public class ModelReductionTests
{
    private const int Size = 4;

    private static readonly Dictionary<string, NetworkOptions> Recurrences = new()
    {
        ["LRU"] = Small(new LruOptions { StateSize = 6 }),
        ["LRU, pre form"] = Small(new LruOptions { StateSize = 6, Form = SystemForm.Pre, OutputForm = LruOutputForm.TwiceRealPart }),
        ["LRU without D"] = Small(new LruOptions { StateSize = 6, FeedThrough = FeedThroughKind.None }),
        ["S5"] = Small(new S5Options { StateSize = 6, Blocks = 3 }),
        ["S5, pre form, bilinear"] = Small(new S5Options
        {
            StateSize = 6, Form = SystemForm.Pre, Discretization = Discretization.Bilinear, FeedThrough = FeedThroughKind.Dense,
        }),
    };

    public static TheoryData<string> Names => [.. Recurrences.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void OwnSystems_LeaveTheModelAsItIs(string name)
    {
        var model = TrainedCoreRun.Create(Recurrences[name]);
        var same = ModelReduction.WithSystems(model, [LinearSystem.OfCore(model, 0), LinearSystem.OfCore(model, 1)]);
        Answers(same).Should().BeNear(Answers(model).ToDouble(), Tolerance.Forward, "answers");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Reduced_HasFewerStates_AndKeepsTheErrorInEveryLayer(string name)
    {
        var model = TrainedCoreRun.Create(Recurrences[name]);
        LinearSystem[] whole = [LinearSystem.OfCore(model, 0), LinearSystem.OfCore(model, 1)];
        double tolerance = whole.Max(system => system.ReduceToOrder(5).ErrorBound);
        var small = ModelReduction.ReduceToTolerance(model, tolerance);
        ((NetworkOptions)small.Options.Architecture).StateSize.Should().BeLessThan(6);
        for (int layer = 0; layer < whole.Length; layer++)
        {
            var error = whole[layer].Minus(LinearSystem.OfCore(small, layer));
            GainAnalysis.FrequencyResponse(error, 2001).Gains.Max().Should().BeInRange(1e-3 * tolerance, tolerance * (1 + 1e-3));
        }
        // What is reduced further is another model.
        Answers(ModelReduction.ReduceToOrder(model, 2)).Should().NotEqual(Answers(small));
        small.Parameters["Decoder.Weight"].ToArray().Should().Equal(model.Parameters["Decoder.Weight"].ToArray());
    }

    [Fact]
    public void ReducedModel_IsWrittenAndRead()
    {
        var model = ModelReduction.ReduceToOrder(TrainedCoreRun.Create(Recurrences["S5"]), 4);
        using var stream = new MemoryStream();
        ModelFile.Write(stream, model);
        stream.Position = 0;
        Answers(ModelFile.Read(stream)).Should().BeBitwise(Answers(model));
    }

    [Fact]
    public void GivenSystem_IsTheRecurrenceOfItsLayer()
    {
        var model = TrainedCoreRun.Create(Recurrences["LRU"]);
        var given = RandomSystems.Draw(5, Size, Size, 3, 0.9);
        var changed = ModelReduction.WithSystems(model, [LinearSystem.OfCore(model, 0), given]);
        var found = LinearSystem.OfCore(changed, 1).ImpulseResponse(40).Cast<double>().Select(value => (float)value).ToArray();
        found.Should().BeNear([.. given.ImpulseResponse(40).Cast<double>()], Tolerance.Forward, "impulse response");
    }

    [Fact]
    public void Refuses_WhatHoldsNoSystem_AndSystemsThatDoNotFit()
    {
        var model = TrainedCoreRun.Create(Recurrences["LRU"]);
        FluentActions.Invoking(() => ModelReduction.WithSystems(model, [LinearSystem.OfCore(model, 0)]))
            .Should().Throw<ArgumentException>().WithMessage("There must be a system for each of the 2 layers*");
        FluentActions.Invoking(() => ModelReduction.WithSystems(model, [RandomSystems.Draw(3, 2, 2, 1), LinearSystem.OfCore(model, 1)]))
            .Should().Throw<ArgumentException>().WithMessage("The system of layer 0 must have 4 inputs*");
        FluentActions.Invoking(() => ModelReduction.WithSystems(
                model, [RandomSystems.Draw(3, Size, Size, 1, 1.01), LinearSystem.OfCore(model, 1)]))
            .Should().Throw<ArgumentException>().WithMessage("The system of layer 0 must be stable*");
        foreach (var other in (NetworkOptions[])[
            Small(new S4DOptions { StateSize = 3 }), Small(new LruOptions { StateSize = 6 }) with { Bidirectional = true }])
            FluentActions.Invoking(() => ModelReduction.ReduceToOrder(TrainedCoreRun.Create(other), 2))
                .Should().Throw<NotSupportedException>();
    }

    private static float[] Answers(TrainedModel model)
    {
        var answers = new float[2 * 50];
        new SequencePredictor(model).Predict(Draw.Uniform(2 * 50, 4), answers);
        return answers;
    }

    private static T Small<T>(T options)
        where T : NetworkOptions
        => options with { Layers = 2, ModelSize = Size, Bidirectional = false, Dropout = 0 };
}
