using Microsoft.ML.StateSpace.ModelFiles;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Core.Tests.Models;

/// <summary>What a model derives from its inputs; that it does so alike everywhere is a law of all model cases.</summary>
[Trait("Kind", "Law")]
public class InputStageTests
{
    private static readonly DerivedInputs Differences = new() { Differences = true, DifferencesToMean = true };

    // In the middle of a sequence the rows are those of the whole, whatever pieces it is cut into.
    [Theory]
    [InlineData("Derived inputs, two-way")]
    [InlineData("Derived inputs, sequence to sequence")]
    [InlineData("Derived inputs, missing values, two-way")]
    [InlineData("Derived inputs, missing values, sequence to sequence")]
    public void Pack_OfAPiece_HasTheBitsOfTheWhole(string name)
    {
        var options = ModelCases.Options(name);
        var data = ModelCases.Data(options, 60, 45);
        var (model, parameters) = ModelCases.Create(options, data);
        var stage = model.InputStage;
        float[] whole = new float[60 * stage.Width], state = new float[stage.StateSize];
        stage.Pack(parameters.Values, data.Values(0), 0, whole, state);
        foreach (int start in (int[])[1, 19, 20, 21, 59])
        {
            var piece = new float[(60 - start) * stage.Width];
            stage.Begin(data.Values(0)[..(start * options.Inputs)], state);
            stage.Pack(parameters.Values, data.Values(0), start, piece, state);
            piece.Should().BeBitwise(whole[(start * stage.Width)..], $"{name} from step {start} on");
        }
    }

    [Fact]
    public void Backward_IsTheGradientOfForward()
    {
        const int Length = 12;
        var options = ModelCases.Options("S5, sequence to sequence") with { DerivedInputs = Differences, MeanSteps = 8 };
        var data = ModelCases.Data(options, Length);
        var (model, parameters) = ModelCases.Create(options, data);
        var stage = model.InputStage;
        float[] upstream = Draw.Uniform(Length * stage.Width, 5), gradient = new float[Length * options.Inputs];
        stage.Backward(parameters.Values, upstream, gradient);
        float[] mean = parameters["Input.Mean"].ToArray(), deviation = parameters["Input.Deviation"].ToArray();
        double Loss(int changed, double by)
        {
            float[] values = data.Values(0).ToArray(), rows = new float[upstream.Length], encoded = new float[upstream.Length];
            values[changed] += (float)(by * deviation[changed % options.Inputs]);
            stage.Pack(parameters.Values, values, 0, rows, new float[stage.StateSize]);
            stage.Forward(parameters.Values, rows, encoded);
            return encoded.Zip(upstream, (value, weight) => (double)value * weight).Sum();
        }
        gradient.Should().BeNear(
            [.. Enumerable.Range(0, gradient.Length).Select(i => (Loss(i, 0.5) - Loss(i, -0.5)))], Tolerance.Forward, "gradient");
    }

    // Far from zero, and after many steps, mean and deviation are still those of the values.
    [Fact]
    public void RunningMoments_StayThoseOfAllValues()
    {
        const int Steps = 2_000_000;
        float[] state = new float[RunningMoments.StateSize];
        for (int i = 0; i < Steps; i++)
            RunningMoments.Add(state, 1000 + (i % 2 == 0 ? 1 : -1) * (i < Steps / 2 ? 1 : 3));
        // The squares of the deviations are 1 in one half, and 9 in the other.
        RunningMoments.Standardize(state, 1000 + Math.Sqrt(5)).Should().BeApproximately(1, 1e-5f);
        RunningMoments.Standardize(state, 1000).Should().BeApproximately(0, 1e-5f);
    }

    [Theory]
    [InlineData("Derived inputs, two-way")]
    [InlineData("Derived inputs, missing values filled forward")]
    [InlineData("Mean and maximum")]
    public void AModelThatWasSaved_AnswersAsBefore(string name)
    {
        var options = ModelCases.Options(name);
        var data = ModelCases.Data(options, 40, 30);
        var (_, parameters) = ModelCases.Create(options, data);
        var model = new TrainedModel(options, parameters, Summary.None);
        using var file = new MemoryStream();
        ModelFile.Write(file, model);
        file.Position = 0;
        var loaded = ModelFile.Read(file);
        loaded.Options.DerivedInputs.Should().Be(options.DerivedInputs);
        Answer(loaded).Should().BeBitwise(Answer(model));

        float[] Answer(TrainedModel which)
        {
            var answer = new float[options.Outputs];
            new SequencePredictor(which).Predict(data.Values(0), answer);
            return answer;
        }
    }
}
