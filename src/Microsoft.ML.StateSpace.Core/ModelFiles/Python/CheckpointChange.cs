using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.ModelFiles;

/// <summary>A change of a parameter by the values of a tensor that is not its own.</summary>
/// <param name="Parameter">The parameter.</param>
/// <param name="Apply">From the values of the tensor to the parameters, which it changes.</param>
internal sealed record CheckpointChange(Parameter Parameter, CheckpointChange.Of Apply)
{
    /// <inheritdoc cref="CheckpointChange"/>
    public delegate void Of(ReadOnlySpan<float> tensor, Span<float> parameters);
}
