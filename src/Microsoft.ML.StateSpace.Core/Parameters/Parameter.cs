namespace Microsoft.ML.StateSpace.Parameters;

/// <summary>A named tensor inside the flat buffer of a <see cref="ParameterSet"/>; row-major, last axis contiguous.</summary>
/// <param name="Name">Unique name, dotted by module: <c>Blocks.0.Core.NuLog</c>.</param>
/// <param name="Shape">Extent of each axis.</param>
/// <param name="Group">How the optimiser treats it.</param>
/// <param name="Offset">Index of its first value in the flat buffer.</param>
public sealed record Parameter(string Name, IReadOnlyList<int> Shape, ParameterGroup Group, int Offset)
{
    /// <summary>Number of values.</summary>
    public int Length { get; } = Shape.Aggregate(1, (product, extent) => checked(product * extent));

    /// <summary>This parameter's part of a flat buffer.</summary>
    public Span<float> Of(Span<float> flat) => flat.Slice(Offset, Length);

    /// <summary>This parameter's part of a flat buffer.</summary>
    public ReadOnlySpan<float> Of(ReadOnlySpan<float> flat) => flat.Slice(Offset, Length);
}
