namespace Microsoft.ML.StateSpace;

/// <summary>
/// Gradient descent over all training sequences: <c>theta - rate * gradient</c>. By default each step's rate is searched for: it is the
/// last one over 0.9, halved until Armijo's test holds, <c>J' &lt;= J - 1e-4 rate |gradient|^2</c> (Armijo 1966). Slow where poles matter;
/// it is the baseline of the other methods, and with a fixed rate it is what the theory of learning dynamics speaks of.
/// </summary>
public sealed record GradientDescentOptions : DescentOptions
{
    /// <summary>
    /// A fixed rate, a positive number. Training ends before a step that would not lower the objective: then the rate is too large, or the
    /// floor of 32-bit numbers is reached. Default: <see langword="null"/>, the rate is searched for in each step.
    /// </summary>
    public double? Rate { get; init; }

    internal override int UsualIterations => 1000;

    internal override void Validate()
    {
        base.Validate();
        OptionCheck.Positive(Rate);
    }
}
