namespace Microsoft.ML.StateSpace;

/// <summary>How the products of the position-wise layers (encoder, gates, projections, decoder) are computed. States and parameters are float32 in any case.</summary>
public enum TorchSharpPrecision
{
    /// <summary>In float32.</summary>
    Float32,

    /// <summary>On the tensor cores of an NVIDIA GPU from Ampere on, with factors of 10 bits; elsewhere the same as <see cref="Float32"/>. The setting is the process's own while a model trains.</summary>
    TensorFloat32,

    /// <summary>From factors rounded to bfloat16, of 8 bits: half the memory for what backward needs of them.</summary>
    BFloat16,
}
