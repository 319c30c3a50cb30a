using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Core.Tests.Analysis;

/// <summary>A network of linear layers is one linear system.</summary>
[Trait("Kind", "Law")]
public class LinearNetworkTests
{
    private static readonly SequenceModelOptions Model = ModelCases.Options("Linear, dense skip, sequence to sequence");

    public static TheoryData<string, NetworkOptions> Networks => new()
    {
        { "S5, two layers", Model.Network with { Layers = 2 } },
        { "S5, bilinear, identity", ((S5Options)Model.Network) with
            {
                Discretization = Discretization.Bilinear, Scaffold = new LinearScaffold { Skip = WienerSkip.Identity },
            }
        },
        { "LRU, three layers", Lru with { Layers = 3 } },
        {
            "LRU, pre form, other channels than the layer",
            Lru with { Layers = 2, Form = SystemForm.Pre, FeedThrough = FeedThroughKind.Dense, CoreInputs = 3, CoreOutputs = 9 }
        },
        { "LRU, twice the real part", Lru with { OutputForm = LruOutputForm.TwiceRealPart, Normalization = LruNormalization.TiedL2 } },
    };

    private static LruOptions Lru => new()
    {
        Layers = 1, ModelSize = 7, StateSize = 5, Bidirectional = false, Dropout = 0, Scaffold = new LinearScaffold(),
    };

    [Theory]
    [MemberData(nameof(Networks))]
    public void System_AnswersAsTheModel(string name, NetworkOptions network) => Holds(name, Model with { Architecture = network });

    [Fact]
    public void System_AnswersAsAModelThatMayMissValues_WhereNoneIsMissing()
        => Holds("missing values", Model with { Architecture = Lru, MissingValues = MissingValues.Mean });

    private static void Holds(string name, SequenceModelOptions options)
    {
        const int Length = 120;
        var (model, predictor) = Create(options);
        var system = LinearSystem.OfModel(model);
        system.System.Order.Should().Be(2 * options.Network.StateSize * options.Network.Layers);
        system.System.IsStable().Should().BeTrue();
        float[] input = Draw.Uniform(Length * options.Inputs, -3, 5, 21), answers = new float[Length * options.Outputs];
        predictor.Predict(input, answers);
        var record = new double[Length, options.Inputs];
        for (int i = 0; i < input.Length; i++)
            record[i / options.Inputs, i % options.Inputs] = input[i];
        double scale = answers.Max(Math.Abs);
        system.Simulate(record).Cast<double>().Select(value => value / scale).ToArray()
            .Should().BeNear([.. answers.Select(value => value / scale)], 1e-4, name);

        // Where inputs stay at the operating point, outputs settle there.
        var still = new double[4000, options.Inputs];
        for (int t = 0; t < still.GetLength(0); t++)
            for (int i = 0; i < options.Inputs; i++)
                still[t, i] = system.InputOffset[i];
        var settled = system.Simulate(still);
        for (int o = 0; o < options.Outputs; o++)
            settled[still.GetLength(0) - 1, o].Should().BeApproximately(system.OutputOffset[o], 1e-3 * scale);
    }

    [Fact]
    public void ARecordOrAnOffset_OfAnotherShape_IsRefused()
    {
        var system = new LinearSystem(new[,] { { 0.5 } }, new[,] { { 1.0 } }, new[,] { { 0.0 }, { 0 } }, new[,] { { 0.0 }, { 0 } });
        var model = new LinearModel(system, [1], [2, 3], [0]);
        model.Simulate(new double[4, 1]).Cast<double>().Take(2).Should().Equal(2, 3);
        Invoking(() => model.Simulate(new double[4, 2])).Should().ThrowExactly<ArgumentException>().WithMessage("*(4, 2)*");
        Invoking(() => (model with { OutputOffset = [2] }).Simulate(new double[4, 1])).Should().ThrowExactly<ArgumentException>();
        Invoking(() => (model with { InputOffset = [] }).Simulate(new double[4, 1])).Should().ThrowExactly<ArgumentException>();
    }

    public static TheoryData<string, string> Others => new()
    {
        { "Wiener, dense skip, sequence to sequence", "WienerScaffold" },
        { "Linear, two-way", "SequenceToSequence" },
        { "Regression", "SequenceToSequence" },
        { "Derived inputs, sequence to sequence", "DerivedInputs" },
    };

    [Theory]
    [MemberData(nameof(Others))]
    public void WhatIsNotLinear_IsRefused(string name, string says)
        => Invoking(() => LinearSystem.OfModel(Create(ModelCases.Options(name)).Model))
            .Should().ThrowExactly<NotSupportedException>().WithMessage($"*{says}*");

    [Fact]
    public void OtherReadersOfTheInputs_AreRefused()
    {
        Refused(Model with { Architecture = Model.Network with { Bidirectional = true } }, "both ways");
        Refused(Model with { HasIntervals = true }, "intervals");
        var other = CoreDefinition.All.First(core => !core.IsDiagonal && !core.IsCertified && core.HasStateSize).CreateOptions();
        Refused(Model with { Architecture = other with
        {
            Layers = 1, ModelSize = 7, StateSize = 5, Bidirectional = false, Dropout = 0, Scaffold = new LinearScaffold(),
        } }, other.GetType().Name);

        static void Refused(SequenceModelOptions options, string says)
            => Invoking(() => LinearSystem.OfModel(Create(options).Model))
                .Should().ThrowExactly<NotSupportedException>().WithMessage($"*{says}*");
    }

    private static (TrainedModel Model, SequencePredictor Predictor) Create(SequenceModelOptions options)
    {
        var (_, parameters) = ModelCases.Create(options, ModelCases.Data(options, 30, 50));
        var model = new TrainedModel(options, parameters, Summary.None);
        return (model, new SequencePredictor(model));
    }
}
