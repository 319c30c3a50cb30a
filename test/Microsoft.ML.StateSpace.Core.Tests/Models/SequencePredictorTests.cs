using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Core.Tests.Models;

[Trait("Kind", "Law")]
public class SequencePredictorTests
{
    private static readonly int[] Lengths = [6, 1, 40, 70, 33, 9, 64, 12, 50];

    [Theory]
    [MemberData(nameof(ModelCases.Names), MemberType = typeof(ModelCases))]
    public void Predict_GivesTheBitsOfTheSequencesRowInABatch(string name)
    {
        var options = ModelCases.Options(name);
        var data = ModelCases.Data(options, Lengths);
        var (model, parameters) = ModelCases.Create(options, data);
        var batch = ModelCases.Batch(data);
        int perSequence = (model.Head.IsPooled ? 1 : batch.Length) * options.Outputs;
        var together = new float[batch.Count * perSequence];
        using (var engine = new CpuEngine(model, parameters, new TrainingOptions { Threads = 2 }))
            engine.Predict(batch, together);

        var predictor = new SequencePredictor(new TrainedModel(options, parameters, Summary.None));
        for (int i = 0; i < data.Count; i++)
        {
            var alone = new float[predictor.OutputLength(Lengths[i])];
            predictor.Predict(data.Values(i), data.Intervals(i), alone);
            float[] row = together[(i * perSequence)..(i * perSequence + alone.Length)];
            model.Head.Finish(parameters.Values, row);
            alone.Should().BeBitwise(row);
        }
    }

    [Fact]
    public void Predict_GivesNaN_ForNaNInAClassifiersInput()
        => Predict("LRU, layer norm before, mean", [1, 2, float.NaN, 4]).Should().OnlyContain(p => float.IsNaN(p));

    [Fact]
    public void Predict_GivesNaN_ForAnEmptySequence()
        => Predict("LRU, layer norm before, mean", []).Should().OnlyContain(p => float.IsNaN(p));

    [Fact]
    public void Predict_GivesProbabilities() => Predict("S5, RMS norm before, mean", [1, 2, 3, 4]).Sum().Should().BeApproximately(1, 1e-6f);

    [Fact]
    public void Predict_FromManyThreads_GivesTheSameBits()
    {
        var (options, predictor) = Predictor("LRU, layer norm before, mean");
        var data = ModelCases.Data(options, [.. Enumerable.Range(1, 60)]);
        float[][] Score(int threads)
        {
            var scores = new float[data.Count][];
            Parallel.For(0, data.Count, new ParallelOptions { MaxDegreeOfParallelism = threads },
                i => predictor.Predict(data.Values(i), scores[i] = new float[options.Outputs]));
            return scores;
        }
        Score(8).Should().BeBitwise(Score(1));
    }

    private static float[] Predict(string name, float[] values)
    {
        var (options, predictor) = Predictor(name);
        var scores = new float[options.Outputs];
        predictor.Predict(values, scores);
        return scores;
    }

    private static (SequenceModelOptions Options, SequencePredictor Predictor) Predictor(string name)
    {
        var options = ModelCases.Options(name);
        var (_, parameters) = ModelCases.Create(options, ModelCases.Data(options, 5, 5));
        return (options, new SequencePredictor(new TrainedModel(options, parameters, Summary.None)));
    }
}
