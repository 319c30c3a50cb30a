namespace Microsoft.ML.StateSpace;

/// <summary>
/// How matrix products are computed. In any case parameters, activations and states are kept in float32, and sums are made in float32.
/// </summary>
public enum TorchSharpPrecision
{
    /// <summary>In float32.</summary>
    Float32,

    /// <summary>
    /// All matrix products, those that scans are made of (SSD, the square L2RU) too, and all convolutions are made by the tensor cores of
    /// an NVIDIA GPU, Ampere or later, from factors rounded to 10 bits. Elsewhere the same as <see cref="Float32"/>. While a model trains
    /// on a GPU, this choice holds for the whole process, for libtorch has one setting.
    /// </summary>
    TensorFloat32,

    /// <summary>
    /// The matrix products of the position-wise layers (encoder, gates, projections, decoder) are made from factors rounded to bfloat16,
    /// which has 8 bits. What the backward pass keeps of them takes half the memory. All other products are made in float32.
    /// </summary>
    BFloat16,
}
