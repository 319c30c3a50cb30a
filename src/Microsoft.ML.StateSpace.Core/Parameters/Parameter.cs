namespace Microsoft.ML.StateSpace.Parameters;

/// <summary>A named tensor inside the flat buffer of a <see cref="ParameterSet"/>; row-major, last axis contiguous.</summary>
/// <param name="Name">Unique name, dotted by module: <c>Blocks.0.Core.NuLog</c>.</param>
/// <param name="Shape">Extent of each axis.</param>
/// <param name="Group">How the optimiser treats it.</param>
/// <param name="Offset">Index of its first value in the flat buffer.</param>
public sealed record Parameter(string Name, IReadOnlyList<int> Shape, ParameterGroup Group, int Offset)
{
    /// <summary>Number of values.</summary>
    /// <exception cref="ArgumentException">It is more than an array can hold; this is thrown by the constructor.</exception>
    public int Length { get; } = LengthOf(Name, Shape);

    /// <summary>This parameter's part of a flat buffer.</summary>
    public Span<float> Of(Span<float> flat) => flat.Slice(Offset, Length);

    /// <summary>This parameter's part of a flat buffer.</summary>
    public ReadOnlySpan<float> Of(ReadOnlySpan<float> flat) => flat.Slice(Offset, Length);

    private static int LengthOf(string name, IReadOnlyList<int> shape)
    {
        long length = 1;
        foreach (int extent in shape)
        {
            // Neither factor reaches 2^31, so that no product leaves 64 bits.
            length *= extent;
            if (length > Array.MaxLength)
                throw new ArgumentException(
                    $"The parameter '{name}' of shape ({string.Join(", ", shape)}) has more than {Array.MaxLength} values, which is all "
                    + "that an array can hold. Lower the sizes of the network, or the number of its inputs, tokens, classes or outputs.");
        }
        return (int)length;
    }
}
