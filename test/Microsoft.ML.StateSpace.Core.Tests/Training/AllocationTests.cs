using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Testing.Enrolments;

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
    // Six sequences are three shards; one of 2100 steps is cut into two pieces.
    public static TheoryData<string, int, int> Cases
    {
        get
        {
            var cases = new TheoryData<string, int, int>();
            foreach (var (model, sequences, length) in CoreEnrolment.All.SelectMany(core => core.Allocations))
                cases.Add(model, sequences, length);
            cases.Add("Pairs, two-way", 6, 300);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void TrainBatch_AllocatesNothing_OnAnyThread_OnceItHasRun(string name, int sequences, int length)
    {
        int[] order = [.. Enumerable.Range(0, sequences)];
        var options = ModelCases.Options(name);
        var data = ModelCases.Data(options, [.. Enumerable.Repeat(length, sequences)]);
        var (model, parameters) = ModelCases.Create(options, data);
        using var engine = new CpuEngine(model, parameters, new TrainingOptions { Threads = 3 });
        var batch = ModelCases.Batch(data);
        var outputs = new float[batch.Count * (model.Head.IsPooled ? 1 : batch.Length) * options.Outputs];
        // The threads of the test runner allocate now and then. So the least of several steps must be zero: what a step allocates itself
        // would show in every one.
        long least = long.MaxValue;
        for (int step = 0; step < 300 && least > 0; step++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            batch.Fill(data, order);
            engine.TrainBatch(batch, 0.001, 1);
            engine.Predict(batch, outputs);
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }
        least.Should().Be(0);
    }
}
