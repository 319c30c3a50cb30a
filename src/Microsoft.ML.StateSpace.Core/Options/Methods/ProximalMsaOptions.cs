namespace Microsoft.ML.StateSpace;

/// <summary>
/// Proximal successive approximations, with depth as the time of an optimal control problem: each iteration goes once forward and once
/// backward through all training sequences, and then every layer by itself maximises its Hamiltonian less
/// <c>eps / 2 |theta' - theta|^2</c>, while its inputs and its costates stay. For any network and any loss. A layer that is affine in its
/// parameters has a closed step, which is that of gradient descent with the rate <c>1 / eps</c>; a layer with a core takes up to
/// <see cref="LayerSteps"/> steps of L-BFGS, each a forward and backward pass of this layer alone. All layers are then tried at once; eps
/// falls to 0.9 times itself behind an accepted trial, and is doubled behind a rejected one.
/// Source: the sequential quadratic Hamiltonian method (Breitenbach and Borzi 2019) on the layers of a network, as in Hofmann and Borzi
/// 2022; the proximal term is that of Sakawa and Shindo 1980. Memory: what each layer reads and the costates of what it answers are kept
/// for all training sequences, <c>8 (Layers + 1) ModelSize</c> bytes a time step.
/// </summary>
public sealed record ProximalMsaOptions : DescentOptions
{
    internal const int MostLayerSteps = 1000;

    /// <summary>
    /// The most steps of L-BFGS in a layer, in [1, 1000]. They end sooner where the gradient of what is maximised is not above
    /// <c>eps / 2 |theta' - theta|</c>; a trial in which they do not come so far is rejected. Default: 20.
    /// </summary>
    public int LayerSteps { get; init; } = 20;

    internal override int UsualIterations => 300;

    internal override void Validate()
    {
        base.Validate();
        OptionCheck.Size(LayerSteps, MostLayerSteps);
    }
}
