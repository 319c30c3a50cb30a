namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>
/// What gradient descent can learn in one layer of a network, while all else in the network stands still: the layers below give it the
/// input that they give it now, and those above turn its output into the loss as they do now.
/// </summary>
/// <param name="Core">The core of the layer, named like its parameters: <c>Blocks.0.Core</c>.</param>
/// <param name="Spectrum">
/// The directions of the trained B and C where a filter takes one channel and reads one way (S4D; LRU and S5 with a ModelSize of 1), of C
/// alone otherwise, with poles and D fixed. The target of a layer is where the slope of the loss points: locally the loss is that of a
/// regression on it, with the curvature that it has in this direction. <see langword="null"/> where the layer is not studied.
/// </param>
/// <param name="LargestStableRate">
/// <c>2 / kappa_max</c> of B and C together, where kappa_max is the largest curvature that the loss has in them to first order in the
/// outputs (Gauss-Newton), by 20 steps of Lanczos. A descent that moves other parameters too is stable at this rate or at lower ones only.
/// <see langword="null"/> where the layer is not studied.
/// </param>
/// <param name="WhyNot">Why the layer is not studied; <see langword="null"/> where it is.</param>
public sealed record LayerDynamics(string Core, LearningSpectrum? Spectrum, double? LargestStableRate, string? WhyNot);
