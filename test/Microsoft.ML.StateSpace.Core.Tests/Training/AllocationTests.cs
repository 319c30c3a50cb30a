using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Training;

/// <summary>Tests that count what the whole process allocates: nothing else may run beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public class AloneCollection
{
    public const string Name = "Alone";
}

[Trait("Kind", "Law")]
[Collection(AloneCollection.Name)]
public class AllocationTests
{
    private const int Sequences = 6; // three shards
    private static readonly int[] Order = [.. Enumerable.Range(0, Sequences)];

    [Theory]
    [InlineData("LRU, layer norm before, mean")]
    [InlineData("S5, sequence to sequence")]
    public void TrainBatch_AllocatesNothing_OnAnyThread_OnceItHasRun(string name)
    {
        var options = ModelCases.Options(name);
        var data = ModelCases.Data(options, [.. Enumerable.Repeat(70, Sequences)]);
        var (model, parameters) = ModelCases.Create(options, data);
        using var engine = new CpuEngine(model, parameters, new TrainingOptions { Threads = 3 });
        var batch = ModelCases.Batch(data);
        var outputs = new float[batch.Count * (model.IsPooled ? 1 : batch.Length) * options.Outputs];
        // The test runner's own threads allocate now and then, so some short step must be free of it; a step's own allocation would show in every one.
        long least = long.MaxValue;
        for (int step = 0; step < 300 && least > 0; step++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            batch.Fill(data, Order);
            engine.TrainBatch(batch, 0.001, 1);
            engine.Predict(batch, outputs);
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }
        Assert.Equal(0, least);
    }
}
