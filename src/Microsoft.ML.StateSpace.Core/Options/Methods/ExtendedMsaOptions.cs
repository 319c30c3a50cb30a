namespace Microsoft.ML.StateSpace;

/// <summary>
/// Extended successive approximations, with the time of the sequences as the time of an optimal control problem: poles and input matrices
/// of the cores of LRU and S5 take a closed step, which maximises the Hamiltonian less penalties on the errors of states and costates that
/// the change brings about; all other parameters take that of <see cref="ProximalMsaOptions"/> in the same iteration. Where the answer is
/// a linear map of the last layer and the loss is squared, every trial is judged with the read-out that is best for it, by least squares in
/// double. For any network and any loss; what has no closed step (other cores, S5 with clipped poles and the bilinear map, irregular time
/// steps) takes the proximal one, and so does everything with <see cref="DescentOptions.Regularization"/>, which speaks of parameters and
/// not of poles; step sizes and trained normalizations of cores with a closed step stay as they are.
/// Source: the two penalties are those of Li, Chen, Tai, E, JMLR 2018; the closed step, the test and the read-out in each trial are this
/// library's. Cost of a trial: a forward and a backward pass, and one more forward pass for its read-out; layers with inner steps need what
/// <see cref="ProximalMsaOptions"/> needs.
/// </summary>
public sealed record ExtendedMsaOptions : DescentOptions
{
    /// <summary>
    /// Whether the penalty is the one above which a step cannot raise the objective, known before the step, so that none is tried. Only
    /// for one linear layer: LRU or S5 with <see cref="LinearScaffold"/>, one layer, causal, a value for each time step and the squared
    /// loss, without regularization; all else is refused. Poles, input matrix and read-out are trained; encoder, skip and the matrices C
    /// and D of the core stay. The steps are safe and short. Default: <see langword="false"/>.
    /// </summary>
    public bool Certified { get; init; }

    /// <summary>
    /// The largest magnitude of a pole behind a step, in [0, 1). One that is larger already can only become smaller. Default: 0.9999.
    /// </summary>
    public double LargestRadius { get; init; } = 0.9999;

    /// <summary>The most steps of L-BFGS in a layer, in [1, 1000]; see <see cref="ProximalMsaOptions.LayerSteps"/>. Default: 20.</summary>
    public int LayerSteps { get; init; } = 20;

    internal override int UsualIterations => 600;

    internal override void Validate()
    {
        base.Validate();
        OptionCheck.InRange(LargestRadius, 0, 1, upperIncluded: false);
        OptionCheck.Size(LayerSteps, ProximalMsaOptions.MostLayerSteps);
        if (Certified && Regularization > 0)
            throw new ArgumentException(
                $"With ExtendedMsaOptions.Certified Regularization must be 0, but it is {Regularization}: the penalty that is known "
                + "beforehand bounds the loss alone. Leave Regularization at 0, or Certified at false.");
    }
}
