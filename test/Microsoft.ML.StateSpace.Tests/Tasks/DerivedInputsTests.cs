using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Tests.Testing;

namespace Microsoft.ML.StateSpace.Tests.Tasks;

/// <summary>What a model derives from its inputs, from the options to the answers.</summary>
public class DerivedInputsTests
{
    private static readonly DerivedInputs Everything
        = new() { Differences = true, StandardizedSequences = true, DifferencesToMean = true };

    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void ACausalClassifier_Learns_StreamsWhatItScores_AndIsSaved()
    {
        var view = Views.Fixed(_ml);
        var model = _ml.MulticlassClassification.Trainers.StateSpace(Views.Options() with
        {
            DerivedInputs = Everything, Training = Samples.Thorough, Architecture = Samples.Small with { Bidirectional = false },
        }).Fit(view);
        model.Options.DerivedInputs.Should().Be(Everything);
        _ml.MulticlassClassification.Evaluate(model.Transform(view)).MicroAccuracy.Should().BeGreaterThan(0.9);

        float[] expected = model.Transform(view).GetColumn<float[]>("Score").First();
        var engine = model.CreateStreamingEngine();
        float[] answer = [];
        foreach (float value in Samples.Fixed()[0].Features)
            answer = engine.Step([value]).ToArray();
        answer.Zip(expected).Should().AllSatisfy(pair => pair.First.Should().BeApproximately(pair.Second, 1e-4f));

        using var file = new MemoryStream();
        _ml.Model.Save(model, view.Schema, file);
        file.Position = 0;
        var loaded = (SequenceClassificationTransformer)_ml.Model.Load(file, out _);
        loaded.Options.DerivedInputs.Should().Be(Everything);
        loaded.Transform(view).GetColumn<float[]>("Score").First().Should().BeBitwise(expected);
    }

    [Fact]
    public void NothingAskedFor_MeansDifferences_ForAClassASequence()
    {
        _ml.MulticlassClassification.Trainers.StateSpace(Views.Options()).Fit(Views.Fixed(_ml))
            .Options.DerivedInputs.Should().Be(new DerivedInputs { Differences = true });
        _ml.MulticlassClassification.Trainers.StateSpace(Views.Options()).Fit(Views.Tokens(_ml))
            .Options.DerivedInputs.Should().Be(new DerivedInputs());
        _ml.Transforms.StateSpace.SequenceToSequence(
                new SequenceToSequenceOptions { Architecture = Samples.Small, Training = Samples.Quick })
            .Fit(_ml.Data.LoadFromEnumerable(Samples.Signals()))
            .Options.DerivedInputs.Should().Be(new DerivedInputs());
    }

    // An ensemble of a certified network and another reads what both can read.
    [Fact]
    public void MembersOfAnEnsemble_ReadTheSame()
    {
        var certified = CoreDefinition.All.First(core => core.IsCertified).CreateOptions() with
        {
            Layers = 1, ModelSize = 4, StateSize = 4,
        };
        SequenceClassificationTransformer Fit(params ArchitectureOptions[] members)
            => _ml.MulticlassClassification.Trainers.StateSpace(
                Views.Options() with { Architecture = new EnsembleOptions { Members = members } }).Fit(Views.Fixed(_ml));
        Fit(Samples.Small, Samples.Small).Options.DerivedInputs.Should().Be(new DerivedInputs { Differences = true });
        Fit(Samples.Small, certified).Options.DerivedInputs.Should().Be(new DerivedInputs());
    }
}
