namespace Microsoft.ML.StateSpace.Execution;

/// <summary>What a row of a value stands for.</summary>
internal enum RowUnit
{
    /// <summary>A time step.</summary>
    Step,

    /// <summary>A sequence.</summary>
    Sequence,

    /// <summary>An example, which is a sequence or a pair.</summary>
    Example,
}

/// <summary>How much goes through a program in one pass.</summary>
/// <param name="Rows">Time steps of all sequences.</param>
/// <param name="Sequences">Sequences, where a pair is two.</param>
/// <param name="Examples">Sequences, or pairs.</param>
internal readonly record struct Extent(long Rows, long Sequences, long Examples)
{
    public Extent(long rows, long sequences)
        : this(rows, sequences, sequences)
    {
    }

    /// <summary>Rows of a value.</summary>
    public long Of(RowUnit unit) => unit switch { RowUnit.Step => Rows, RowUnit.Sequence => Sequences, _ => Examples };
}
