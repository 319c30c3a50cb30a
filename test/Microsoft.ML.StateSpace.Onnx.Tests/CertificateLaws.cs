using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Onnx.Models;
using Microsoft.ML.StateSpace.Onnx.Tests.Testing;
using Microsoft.ML.StateSpace.Tasks;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Onnx.Tests;

/// <summary>
/// An exported model keeps the gain that the certificate of the trained one promises. The inputs are searched for large gains, so that the
/// bound is met from near by.
/// </summary>
public sealed class CertificateLaws
{
    private const int Candidates = 16, Steps = 40, Rounds = 12;

    // What rounding to float adds.
    private const double Rounding = 1e-5;

    public static TheoryData<string> Names =>
    [
        .. TrainedCases.Names.Select<object[], string>(row => (string)row[0])
            .Where(name => TrainedCases.Options(name).Architecture is NetworkOptions { Core.IsCertified: true }),
    ];

    [Theory]
    [MemberData(nameof(Names))]
    public void TheGain_IsNotAboveTheCertificate(string name)
    {
        var model = TrainedCases.Create(name);
        using var session = new InferenceSession(ModelExport.Create(model, new OnnxExportOptions()).ToMemory().ToArray());
        double bound = Certificate.Of(model)!.BoundInUnits, largest = 0;
        int size = Steps * model.Options.Inputs;
        float[] best = new float[size];
        for (int round = 0; round < Rounds; round++)
        {
            float[][] deviations = [.. Enumerable.Range(0, Candidates).Select(i => Neighbour(best, round, i))];
            double[] gains = Gains(model, session, deviations);
            gains.Should().AllSatisfy(gain => gain.Should().BeLessThanOrEqualTo(bound * (1 + Rounding)));
            int winner = Array.IndexOf(gains, gains.Max());
            if (gains[winner] > largest)
                (largest, best) = (gains[winner], deviations[winner]);
        }
        largest.Should().BeGreaterThan(0, "an input that changes nothing tells nothing");
    }

    private static float[] Neighbour(float[] best, int round, int candidate)
    {
        float[] noise = Draw.Uniform(best.Length, -1, 1, 1000 * round + candidate);
        return [.. best.Zip(noise, (value, change) => value + (round == 0 ? 1 : 0.3f) * change)];
    }

    private static double[] Gains(TrainedModel model, InferenceSession session, float[][] deviations)
    {
        float[] mean = model.Parameters["Input.Mean"].ToArray();
        var inputs = new OnnxInputs(model.Options, deviations.Length);
        inputs.AddSequences(
            "", [.. deviations.Select(sequence => sequence.Select((value, i) => value + mean[i % mean.Length]).ToArray())], null);
        using var options = new RunOptions();
        using var results = session.Run(options, inputs.Values, session.OutputNames);
        float[] answers = results[0].GetTensorDataAsSpan<float>().ToArray();
        // At rest a classifier finds all classes equally probable; softmax has no gain above 1.
        float[] rest = model.Options.Task.Target == TargetKind.Class
            ? [.. Enumerable.Repeat(1f / model.Options.Outputs, model.Options.Outputs)]
            : model.Parameters["Output.Mean"].ToArray();
        return [.. answers.Chunk(answers.Length / deviations.Length)
            .Zip(deviations, (y, u) => Norm(y.Select((value, i) => value - rest[i % rest.Length])) / Norm(u))];
    }

    private static double Norm(IEnumerable<float> values) => Math.Sqrt(values.Sum(value => (double)value * value));
}
