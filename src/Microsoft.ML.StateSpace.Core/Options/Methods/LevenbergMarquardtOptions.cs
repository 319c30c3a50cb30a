namespace Microsoft.ML.StateSpace;

/// <summary>
/// Levenberg-Marquardt (Levenberg 1944, Marquardt 1963) over all training sequences: a step solves
/// <c>(R'R + mu diag(R'R)) d = -R'e</c>, where e are the weighted errors and R is their derivative with respect to the parameters; in
/// layers of LRU and S5 with respect to poles and input matrices, in which the step is taken, unless there is a regularization. For
/// networks that read a sequence from its start only, with the squared loss and at most 2,000 trained parameters: a step costs one backward
/// pass for each value of the targets, and one solve. Where it applies it is the most precise method.
/// </summary>
public sealed record LevenbergMarquardtOptions : DescentOptions
{
    /// <summary>The most trained parameters.</summary>
    internal const int MostParameters = 2000;

    /// <summary>
    /// The damping mu of the first step, relative to the diagonal of R'R, a positive number; it is divided by 5 behind an accepted step and
    /// multiplied by 4 behind a rejected one. Default: 0.01.
    /// </summary>
    public double Damping { get; init; } = 1e-2;

    internal override int UsualIterations => 200;

    internal override void Validate()
    {
        base.Validate();
        OptionCheck.Positive(Damping);
    }
}
