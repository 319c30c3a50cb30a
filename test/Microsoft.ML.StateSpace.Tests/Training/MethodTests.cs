using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Tests.Testing;

namespace Microsoft.ML.StateSpace.Tests.Training;

/// <summary>A training method is an option of the estimators, and comes back with the model.</summary>
public class MethodTests
{
    private static readonly LruOptions Causal = new() { Layers = 1, ModelSize = 4, StateSize = 4, Bidirectional = false };

    private readonly MLContext _ml = new(seed: 1);

    public static TheoryData<TrainingMethod> Methods() =>
    [
        new GradientDescentOptions { Rate = 0.01 }, new LbfgsOptions { Regularization = 1e-4 },
        new LevenbergMarquardtOptions { ResidualTolerance = 1e-3 },
        new PolishOptions { Then = new LevenbergMarquardtOptions(), Iterations = 3 },
        new PolishOptions { First = new GradientDescentOptions(), Then = new LbfgsOptions { Memory = 4 }, Iterations = 3 },
    ];

    [Theory]
    [MemberData(nameof(Methods))]
    public void Method_TrainsASequenceToSequenceModel_AndComesBackWithIt(TrainingMethod method)
    {
        var view = _ml.Data.LoadFromEnumerable(Samples.Signals());
        var options = new SequenceToSequenceOptions
        {
            Architecture = Causal, Training = new() { Method = method, Epochs = 4, Seed = 3 },
        };
        var model = _ml.Transforms.StateSpace.SequenceToSequence(options).Fit(view);
        using var file = new MemoryStream();
        _ml.Model.Save(model, view.Schema, file);
        file.Position = 0;
        var loaded = _ml.Model.Load(file, out _);
        var step = loaded as SequenceToSequenceTransformer
            ?? ((IEnumerable<ITransformer>)loaded).OfType<SequenceToSequenceTransformer>().Single();

        model.Summary.Options.Method.Should().Be(method);
        model.Summary.Descent!.Iterations.Should().NotBeEmpty();
        model.Summary.Descent.IsMonotone.Should().BeTrue();
        step.Summary.Should().Be(model.Summary with { Options = step.Summary.Options });
        step.Options.Training.Method.Should().Be(method);
        Outputs(step).Should().BeBitwise(Outputs(model));

        float[] Outputs(ITransformer transformer) => [.. transformer.Transform(view).GetColumn<float[]>("Output").SelectMany(o => o)];
    }

    [Fact]
    public void Method_TrainsAClassifier_WithNoNetworkNamed()
    {
        var view = Views.Fixed(_ml);
        var options = new SequenceClassificationOptions { Training = new() { Method = new LbfgsOptions(), Epochs = 3, Seed = 3 } };

        var model = _ml.MulticlassClassification.Trainers.StateSpace(options).Fit(view);

        model.Model.Options.Architecture.Should().BeOfType<S5Options>().Which.Dropout.Should().Be(0);
        model.Summary.Descent!.Iterations.Should().HaveCount(3);
        model.Summary.Options.ValidationFraction.Should().Be(0);
    }
}
