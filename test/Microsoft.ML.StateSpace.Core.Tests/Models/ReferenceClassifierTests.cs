using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Core.Tests.Models;

/// <summary>A whole classifier, its loss and every gradient, against reference values; their layer norm has epsilon 1e-6.</summary>
[Trait("Kind", "Law")]
public class ReferenceClassifierTests
{
    private static readonly SequenceModelOptions Options = new()
    {
        Task = SequenceTask.Classification,
        Inputs = 2,
        Outputs = 2,
        Architecture = new LruOptions
        {
            Layers = 1, ModelSize = 3, StateSize = 2, Bidirectional = false, Dropout = 0,
            Scaffold = new GluScaffold { Nonlinearity = Nonlinearity.FullGlu }, Normalization = LruNormalization.TiedL2,
        },
    };

    // Name in the model, number of the wave that fills it, length, name of its gradient.
    private static readonly (string Name, int Wave, int Length, string Gradient)[] Plain =
    [
        ("Encoder.Weight", 40, 6, "We"), ("Encoder.Bias", 41, 3, "be"), ("Blocks.0.Norm.Scale", 42, 3, "ln_g"),
        ("Blocks.0.Norm.Bias", 43, 3, "ln_b"),
        ("Blocks.0.Core.NuLog", 44, 2, "nu"), ("Blocks.0.Core.ThetaLog", 45, 2, "theta"), ("Blocks.0.Core.D", 50, 3, "D"),
        ("Blocks.0.Map.Value.Weight", 51, 9, "W1"), ("Blocks.0.Map.Value.Bias", 52, 3, "b1"), ("Blocks.0.Map.Gate.Weight", 53, 9, "W2"),
        ("Blocks.0.Map.Gate.Bias", 54, 3, "b2"),
        ("Decoder.Weight", 55, 6, "Wd"), ("Decoder.Bias", 56, 2, "bd"),
    ];

    private readonly OracleParameters _parameters = OracleParameters.Of(Values());
    private readonly double[][] _input = ReferenceValues.Rows("full_lru_classifier/U", 2);

    [Fact]
    public void Oracle_MatchesReference_InProbabilities()
    {
        LogP(_input).Should().BeNear(ReferenceValues.At("full_lru_classifier/log_softmax"), Tolerance.Reference, "whole");
        LogP(_input[..3])
            .Should().BeNear(ReferenceValues.At("full_lru_classifier/length3/log_softmax"), Tolerance.Reference, "first three steps");
    }

    [Fact]
    public void Oracle_MatchesReference_InEveryGradient()
    {
        double Loss() => -LogP(_input)[1];
        Loss().Should().BeApproximately(ReferenceValues.Number("full_lru_classifier/loss"), Tolerance.Reference);
        double[] Gradient(string name) => NumericGradient.Of(Loss, _parameters.All[name]);
        foreach (var (name, _, _, gradient) in Plain)
            Gradient(name).Should().BeNear(ReferenceValues.At($"full_lru_classifier/grad/{gradient}"), Tolerance.ReferenceGradient, name);
        double[] b = [.. ReferenceValues.At("full_lru_classifier/grad/Bre"), .. ReferenceValues.At("full_lru_classifier/grad/Bim")];
        double[] c = ReadOut(ReferenceValues.At("full_lru_classifier/grad/Cre"), ReferenceValues.At("full_lru_classifier/grad/Cim"));
        Gradient("Blocks.0.Core.B").Should().BeNear(b, Tolerance.ReferenceGradient, "B");
        Gradient("Blocks.0.Core.C").Should().BeNear(c, Tolerance.ReferenceGradient, "C");
    }

    [Fact]
    public void Predictor_MatchesReference_ButForEpsilon()
    {
        var parameters = new SequenceNetwork(Options).Layout.Create(new Random(1));
        foreach (var parameter in parameters.Parameters)
            _parameters[parameter.Name].ToFloat().CopyTo(parameters[parameter.Name]);
        var predictor = new SequencePredictor(new TrainedModel(Options, parameters, Summary.None));
        foreach (var (length, path) in new[] { (5, "full_lru_classifier/log_softmax"), (3, "full_lru_classifier/length3/log_softmax") })
        {
            var probabilities = new float[2];
            predictor.Predict(_input[..length].Flat().ToFloat(), probabilities);
            probabilities.Should().BeNear([.. ReferenceValues.At(path).Select(Math.Exp)], Tolerance.OtherEpsilon, path);
        }
    }

    private double[] LogP(double[][] input)
        => LossOracle.LogSoftmax(new ModelOracle(Options, OtherEpsilon: 1e-6).Forward(_parameters, input).Flat());

    private static Dictionary<string, double[]> Values()
    {
        var values = Plain.ToDictionary(entry => entry.Name, entry => ReferenceValues.Wave(entry.Wave, entry.Length));
        // The reference's scale is 1 + g.
        values["Blocks.0.Norm.Scale"] = Array.ConvertAll(values["Blocks.0.Norm.Scale"], g => 1 + g);
        values["Blocks.0.Core.B"] = [.. ReferenceValues.Wave(46, 6), .. ReferenceValues.Wave(47, 6)];
        values["Blocks.0.Core.C"] = ReadOut(ReferenceValues.Wave(48, 6), ReferenceValues.Wave(49, 6));
        values["Input.Mean"] = [0, 0];
        values["Input.Deviation"] = [1, 1];
        return values;
    }

    // (H, N) twice to (H, 2, N).
    private static double[] ReadOut(double[] re, double[] im)
        => [.. re.Chunk(2).Zip(im.Chunk(2), (a, b) => (double[])[.. a, .. b]).SelectMany(row => row)];
}
