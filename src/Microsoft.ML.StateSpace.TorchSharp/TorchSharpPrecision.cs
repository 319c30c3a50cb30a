namespace Microsoft.ML.StateSpace;

/// <summary>How matrix products are computed. Parameters, activations and states are kept in float32, and summed in float32, in any case.</summary>
public enum TorchSharpPrecision
{
    /// <summary>In float32.</summary>
    Float32,

    /// <summary>
    /// On the tensor cores of an NVIDIA GPU from Ampere on, from factors rounded to 10 bits: all products, those of scans that are products (SSD, the square L2RU) too.
    /// Elsewhere the same as <see cref="Float32"/>. While a model trains, it is the setting of the whole process.
    /// </summary>
    TensorFloat32,

    /// <summary>Those of the position-wise layers (encoder, gates, projections, decoder) from factors rounded to bfloat16, of 8 bits: half the memory for what backward needs of them.</summary>
    BFloat16,
}
