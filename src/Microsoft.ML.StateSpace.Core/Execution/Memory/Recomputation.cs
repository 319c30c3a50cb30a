using Microsoft.ML.StateSpace.Layers;

namespace Microsoft.ML.StateSpace.Execution;

/// <summary>
/// Which operations may be computed again on the way back, so that what they make and keep need not wait there: all but those whose output
/// is a stream between branches, and those from the last branch on, since what these keep is needed at once.
/// </summary>
internal static class Recomputation
{
    private static readonly Extent Measure = new(1024, 1);

    /// <summary>These operations, the cheapest for a float that it frees first.</summary>
    public static Instruction[] Order(LayerProgram program)
    {
        if (program.Streams.Length < 3)
            return [];
        var streams = program.Streams.ToHashSet();
        int first = Maker(program, program.Streams[0]) + 1, end = Maker(program, program.Streams[^2]) + 1;
        var read = new HashSet<ValueId>();
        foreach (var instruction in program.Instructions)
        {
            if (instruction.Reads(0))
                read.Add(instruction.First);
            if (instruction.Second is { } second && instruction.Reads(1))
                read.Add(second);
        }
        return
        [
            .. from instruction in program.Instructions.Take(first..end)
               where !streams.Contains(instruction.Output)
               let freed = instruction.Groups * instruction.KeptSize(Measure)
                   + (read.Contains(instruction.Output) ? program.Values[instruction.Output.Index].Size(Measure) : 0)
               where freed > 0
               orderby (double)instruction.Groups * instruction.Cost * Measure.Rows / freed
               select instruction,
        ];
    }

    private static int Maker(LayerProgram program, ValueId value)
    {
        for (int i = 0; i < program.Instructions.Length; i++)
            if (program.Instructions[i].Output == value)
                return i;
        return -1;
    }
}
