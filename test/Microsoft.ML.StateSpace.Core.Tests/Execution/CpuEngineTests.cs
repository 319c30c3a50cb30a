using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Core.Tests.Execution;

[Trait("Kind", "Law")]
public class CpuEngineTests
{
    private const int Steps = 3;
    private static readonly int[] Lengths = [70, 3, 64, 50, 61, 1, 70, 33, 68, 70, 70, 49, 66, 70, 20, 70, 70, 70];

    [Theory]
    [MemberData(nameof(ModelCases.Names), MemberType = typeof(ModelCases))]
    [MemberData(nameof(ModelCases.PairNames), MemberType = typeof(ModelCases))]
    public void TrainBatch_GivesTheSameBits_OnAnyNumberOfThreads(string name)
    {
        var one = Train(name, threads: 1, _ => { });
        foreach (int threads in new[] { 2, 8 })
            AssertSame(one, Train(name, threads, _ => { }));
    }

    [Theory]
    [MemberData(nameof(ModelCases.Names), MemberType = typeof(ModelCases))]
    [MemberData(nameof(ModelCases.PairNames), MemberType = typeof(ModelCases))]
    public void Padding_ChangesNothing(string name)
    {
        var zeros = Train(name, threads: 2, _ => { });
        foreach (float garbage in new[] { float.NaN, 1e30f })
            AssertSame(zeros, Train(name, threads: 2, batch => FillPadding(batch, garbage)));
    }

    [Theory]
    [MemberData(nameof(ModelCases.Names), MemberType = typeof(ModelCases))]
    [MemberData(nameof(ModelCases.PairNames), MemberType = typeof(ModelCases))]
    public void TrainBatch_ChangesAllButTheStatistics(string name)
    {
        var options = ModelCases.Options(name);
        var (_, before) = ModelCases.Create(options, ModelCases.Data(options, Lengths));
        var after = Train(name, threads: 1, _ => { }).Parameters;
        foreach (var parameter in before.Parameters)
            before[parameter.Name].SequenceEqual(after[parameter.Name]).Should().Be(parameter.Group == ParameterGroup.Fixed);
    }

    [Fact]
    public void TrainBatch_LowersTheLossOfItsBatch()
    {
        double[] losses = Train("S5, RMS norm before, mean", threads: 2, _ => { }, steps: 30).Losses;
        losses[^1].Should().BeLessThan(0.9 * losses[0]);
    }

    [Fact]
    public void TrainBatch_DropsByItsKey()
    {
        var options = ModelCases.Options("LRU, layer norm before, mean");
        options = options with { Architecture = options.Network with { Dropout = 0.5 } };
        double Loss(ulong key)
        {
            var data = ModelCases.Data(options, Lengths);
            var (model, parameters) = ModelCases.Create(options, data);
            using var engine = new CpuEngine(model, parameters, new TrainingOptions { Threads = 1 });
            return engine.TrainBatch(ModelCases.Batch(data), 0.01, key);
        }
        Loss(5).Should().Be(Loss(5));
        Loss(7).Should().NotBe(Loss(5));
    }

    // Six sequences of 64 steps are three shards.
    [Fact]
    public void Engine_TakesNoMoreMemoryThanItsShardsNeed_WithMoreThreads()
    {
        var options = ModelCases.Options("LRU, layer norm before, mean");
        var data = ModelCases.Data(options, [.. Enumerable.Repeat(64, 6)]);
        var (model, parameters) = ModelCases.Create(options, data);
        using var engine = new CpuEngine(model, parameters, new TrainingOptions { Threads = 32 });
        engine.Workspaces.Should().Be(0, "nothing has been asked of it yet");
        var batch = ModelCases.Batch(data);
        var outputs = new float[batch.Count * options.Outputs];
        for (int step = 0; step < 100; step++)
        {
            engine.TrainBatch(batch, 0.001, 1);
            engine.Predict(batch, outputs);
        }
        engine.Workspaces.Should().BeInRange(1, 3);
    }

    private static (double[] Losses, ParameterSet Parameters, float[] Valid) Train(string name, int threads, Action<SequenceBatch> prepare,
        int steps = Steps)
    {
        var options = ModelCases.Options(name);
        var data = ModelCases.Data(options, Lengths);
        var (model, parameters) = ModelCases.Create(options, data);
        using var engine = new CpuEngine(model, parameters, new TrainingOptions { Threads = threads });
        var batch = ModelCases.Batch(data);
        prepare(batch);
        double[] losses = [.. Enumerable.Range(1, steps).Select(step => engine.TrainBatch(batch, 0.01, (ulong)step))];
        var outputs = new float[batch.Count * (model.Head.IsPooled ? 1 : batch.Length) * options.Outputs];
        engine.Predict(batch, outputs);
        engine.Export(parameters);
        return (losses, parameters, model.Head.IsPooled ? outputs : Valid(batch, outputs, options.Outputs));
    }

    private static float[] Valid(SequenceBatch batch, float[] outputs, int width)
        => [.. Enumerable.Range(0, batch.Count).SelectMany(i => outputs.Skip(i * batch.Length * width).Take(batch.Lengths[i] * width))];

    private static void FillPadding(SequenceBatch batch, float garbage)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            batch.Values[((i * batch.Length + batch.Lengths[i]) * batch.Features)..((i + 1) * batch.Length * batch.Features)].Fill(garbage);
            int rows = batch.Targets.Rows(batch.Lengths[i]), width = batch.Targets.ValueWidth;
            batch.TargetValues[((i * batch.TargetRows + rows) * width)..((i + 1) * batch.TargetRows * width)].Fill(garbage);
        }
    }

    private static void AssertSame((double[] Losses, ParameterSet Parameters, float[] Valid) expected,
        (double[] Losses, ParameterSet Parameters, float[] Valid) actual)
    {
        expected.Losses.Should().OnlyContain(loss => double.IsFinite(loss));
        actual.Losses.Should().BeBitwise(expected.Losses);
        actual.Parameters.Values.Should().BeBitwise(expected.Parameters.Values);
        actual.Valid.Should().BeBitwise(expected.Valid);
    }
}
