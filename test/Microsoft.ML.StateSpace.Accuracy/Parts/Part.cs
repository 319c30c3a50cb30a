using Microsoft.ML.StateSpace.Accuracy.Runs;

namespace Microsoft.ML.StateSpace.Accuracy.Parts;

/// <summary>Data sets of one kind, and the table of what was reached on them.</summary>
/// <param name="name">The name on the command line.</param>
/// <param name="heading">The heading of the table; no other part has it.</param>
/// <param name="sets">The names of the data sets, in the order of the table.</param>
internal abstract class Part(string name, string heading, IReadOnlyList<string> sets)
{
    public string Name => name;

    public string Heading => heading;

    public IReadOnlyList<string> Sets => sets;

    /// <summary>What is to be run on a set.</summary>
    /// <param name="set">One of the sets.</param>
    /// <param name="seeds">The number of seeds: 1, 2, and so on. A part may be content with fewer.</param>
    public abstract IReadOnlyList<Measurement> Measurements(string set, int seeds);

    /// <summary>The table, in Markdown, of the runs of some sets that are finished.</summary>
    public abstract string Table(IReadOnlyList<string> sets, IReadOnlyList<Run> runs);
}
