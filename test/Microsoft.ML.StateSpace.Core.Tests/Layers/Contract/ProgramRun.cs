using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Layers;

namespace Microsoft.ML.StateSpace.Core.Tests.Layers;

/// <summary>Runs a layer, of any kind, on one sequence.</summary>
internal static class ProgramRun
{
    public static float[] Forward(Layer layer, Weights weights, float[] input, params float[] intervals)
    {
        int rows = input.Length / layer.InputSize;
        var program = ProgramBuilder.Of(layer);
        var memory = new PassMemory(program);
        memory.Plan(program.ScheduleFor(ArenaUse.Score), new Extent(rows, 1));
        memory.Take();
        input.CopyTo(memory.Value(program.Input));
        var pass = new Pass
        {
            Weights = weights, Starts = [0, rows], Scratch = default, Intervals = intervals, IntervalsBehind = intervals,
        };
        memory.Run(0, memory.Schedule.Forward, pass);
        return memory.Value(program.Output).ToArray();
    }
}
