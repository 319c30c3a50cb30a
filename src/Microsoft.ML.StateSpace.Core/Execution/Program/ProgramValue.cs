namespace Microsoft.ML.StateSpace.Execution;

/// <summary>A value of a program, (rows, width).</summary>
/// <param name="Unit">What a row stands for.</param>
/// <param name="Width">Channels of a row.</param>
internal sealed record ProgramValue(RowUnit Unit, int Width)
{
    public long Size(in Extent extent) => extent.Of(Unit) * Width;
}
