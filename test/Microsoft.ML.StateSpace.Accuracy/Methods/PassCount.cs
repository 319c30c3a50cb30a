namespace Microsoft.ML.StateSpace.Accuracy.Methods;

/// <summary>
/// Counts passes: once forward, or once backward, over all training data. An epoch of AdamW is two of them. What single layers do by
/// themselves, in the inner steps of the successive approximations, is no pass and not counted; the seconds tell it.
/// </summary>
/// <param name="Jacobian">Passes of the Jacobian of Levenberg-Marquardt.</param>
/// <param name="HasReadOut">Whether extended successive approximations solve for the read-out, with a forward pass in each trial.</param>
/// <param name="HasInnerSteps">Whether they keep what layers read and their costates, with a forward and a backward pass.</param>
internal sealed record PassCount(double Jacobian, bool HasReadOut, bool HasInnerSteps)
{
    /// <summary>Once forward and once backward: an epoch of AdamW, and what a method of descent begins with.</summary>
    public const int Gradient = 2;

    private static readonly DescentIteration s_straight = new() { Objective = 0, Step = 0, Penalty = 0, Rejections = 0, Residual = 0 };

    /// <summary>The passes of an iteration: the trials, each of which computes its gradient, and what comes before them.</summary>
    public double Of(DescentOptions method, DescentIteration iteration)
    {
        int trials = 1 + iteration.Rejections;
        return method switch
        {
            LevenbergMarquardtOptions => Jacobian + Gradient * trials,
            ProximalMsaOptions => Gradient + Gradient * trials,
            ExtendedMsaOptions => (HasInnerSteps ? Gradient : 0) + (HasReadOut ? Gradient + 1 : Gradient) * trials,
            _ => Gradient * trials,
        };
    }

    /// <summary>How many iterations there is room for within a number of passes where no trial is rejected.</summary>
    public int Most(double passes, DescentOptions method)
        => Math.Max(0, (int)((passes - Gradient) / Of(method, s_straight)));

    /// <summary>
    /// How many of the first iterations there is room for within a number of passes, those of the first gradient included.
    /// </summary>
    public int Within(double passes, DescentOptions method, IEnumerable<DescentIteration> iterations)
    {
        double spent = Gradient;
        return iterations.TakeWhile(iteration => (spent += Of(method, iteration)) <= passes).Count();
    }
}
