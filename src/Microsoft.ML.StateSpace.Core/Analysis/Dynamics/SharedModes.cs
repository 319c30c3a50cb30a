namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>
/// How gradient descent learns N states with the same pole, <c>y^ = sum_i b_i c_i h</c>. Of each state the product p = b c follows the
/// equation of a <see cref="LinearMode"/> with other statistics: <c>(sigma, N eta)</c> where states are independent, and
/// <c>(N sigma, N^2 eta)</c> where they share b and c; with a frozen input it is <c>dp/dt = b^2 (sigma - eta p)</c> of these.
/// A time is the number of steps times the rate.
/// </summary>
/// <remarks>
/// <para>For shared states the last time constant is one over <c>R_N = sqrt(4 N^2 sigma^2 + N^4 eta^2 D^2)</c>. Its limits are
/// <c>2 N sigma</c> for a balanced start and <c>N^2 eta |D|</c> for an unbalanced one, which are the two laws of Smekal et al., "Towards a
/// theory of learning dynamics in deep state space models", 2024, arXiv:2407.07279. R_N, and that the paper's laws are its limits, are this
/// library's.</para>
/// <para>More states learn faster at the same rate only: <see cref="LargestStableRate"/> falls as R_N grows, and at a given share f of it
/// an e-fold takes 1 / (2 f) steps for every N.</para>
/// </remarks>
/// <param name="Mode">Sigma and eta of the pole.</param>
/// <param name="States">N, at least 1.</param>
/// <param name="Sharing">What the states share, and what is trained.</param>
public sealed record SharedModes(LinearMode Mode, int States, StateSharing Sharing)
{
    /// <summary>N, at least 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is below 1.</exception>
    public int States
    {
        get;
        init => field = AtLeastOne(value);
    } = AtLeastOne(States);

    private static int AtLeastOne(int states)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(states, 1, nameof(States));
        return states;
    }

    /// <summary>The mode that the product of one state follows.</summary>
    public LinearMode OfOneState => Sharing is StateSharing.Shared or StateSharing.FrozenInputShared
        ? new(States * Mode.Sigma, (double)States * States * Mode.Eta)
        : new(Mode.Sigma, States * Mode.Eta);

    private bool IsFrozen => Sharing is StateSharing.FrozenInput or StateSharing.FrozenInputShared;

    /// <summary>One over the last time constant: that of the distance to the optimum, in the end.</summary>
    /// <param name="b">b at the start.</param>
    /// <param name="c">c at the start.</param>
    public double Rate(double b, double c) => IsFrozen ? b * b * OfOneState.Eta : OfOneState.Rate(b, c);

    /// <summary>Rates below this one let descent settle at the optimum; at larger ones it does not.</summary>
    /// <param name="b">b at the start.</param>
    /// <param name="c">c at the start.</param>
    public double LargestStableRate(double b, double c) => 2 / Rate(b, c);

    /// <summary>The product b c of one state after a time. The output is N of it.</summary>
    /// <param name="b">b at the start.</param>
    /// <param name="c">c at the start.</param>
    /// <param name="time">Steps times rate.</param>
    public double ProductAt(double b, double c, double time)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(time);
        var mode = OfOneState;
        return IsFrozen ? mode.Optimum + (b * c - mode.Optimum) * Math.Exp(-Rate(b, c) * time) : mode.ProductAt(b, c, time);
    }

    /// <summary>The time at which the product b c of one state is at a value; infinite where it never gets there.</summary>
    /// <param name="b">b at the start.</param>
    /// <param name="c">c at the start.</param>
    /// <param name="product">The value, between that of the start and the optimum.</param>
    public double TimeTo(double b, double c, double product)
    {
        var mode = OfOneState;
        if (!IsFrozen)
            return mode.TimeTo(b, c, product);
        double growth = (b * c - mode.Optimum) / (product - mode.Optimum);
        return product == b * c ? 0 : growth >= 1 ? Math.Log(growth) / Rate(b, c) : double.PositiveInfinity;
    }
}
