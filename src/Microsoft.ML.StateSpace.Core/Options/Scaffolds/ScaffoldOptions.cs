using System.Text.Json.Serialization;

namespace Microsoft.ML.StateSpace;

/// <summary>
/// What is built around the state-space core of a layer: residual branches, norms, gates. The derived record chooses the block.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "scaffold")]
[JsonDerivedType(typeof(GluScaffold), "GLU")]
[JsonDerivedType(typeof(WienerScaffold), "Wiener")]
[JsonDerivedType(typeof(LinearScaffold), "Linear")]
[JsonDerivedType(typeof(MlpScaffold), "MLP")]
[JsonDerivedType(typeof(H3Scaffold), "H3")]
[JsonDerivedType(typeof(MambaScaffold), "Mamba")]
[JsonDerivedType(typeof(Mamba2Scaffold), "Mamba-2")]
[JsonDerivedType(typeof(HawkScaffold), "Hawk")]
[JsonDerivedType(typeof(GriffinScaffold), "Griffin")]
[JsonDerivedType(typeof(CertifiedScaffold), "Certified")]
public abstract record ScaffoldOptions
{
    // The most that a scaffold multiplies the width of the model by.
    private protected const int MostExpansion = 1024;

    private protected ScaffoldOptions()
    {
    }

    /// <summary>The norm of the publication.</summary>
    internal abstract NormKind PublishedNorm { get; }

    /// <summary>Whether dropout is of use in it.</summary>
    internal virtual bool HasDropout => true;

    /// <summary>A number that must divide the width of the model.</summary>
    internal virtual int WidthDivisor => 1;

    /// <summary>The fewest layers with which the scaffold is what it says.</summary>
    internal virtual int FewestLayers => 1;

    /// <summary>Whether it has matrices around the core, where that has other channels than the layer.</summary>
    internal virtual bool ProjectsCore => false;

    /// <summary>The most channels that a layer has anywhere, in a model of that width.</summary>
    internal virtual long Widest(int modelSize) => modelSize;

    /// <summary>
    /// Throws an <see cref="ArgumentException"/> that names the option when a value cannot work, or not with that architecture.
    /// </summary>
    internal abstract void Validate(NetworkOptions architecture);

    /// <summary>The nearest options of the network that go with the scaffold, for a sweep that draws both.</summary>
    internal virtual NetworkOptions Repair(NetworkOptions architecture) => architecture;
}
