namespace Microsoft.ML.StateSpace;

/// <summary>
/// L-BFGS (Liu and Nocedal 1989) over all training sequences, with a search along each direction for a point that satisfies the strong
/// conditions of Wolfe, c1 = 1e-4 and c2 = 0.9 (Nocedal and Wright 2006, 3.5 and 3.6). For any network and any loss.
/// </summary>
public sealed record LbfgsOptions : DescentOptions
{
    private const int MostMemory = 1000;

    /// <summary>Steps whose curvature is remembered, in [1, 1000]; each takes 16 bytes a parameter. Default: 20.</summary>
    public int Memory { get; init; } = 20;

    internal override int UsualIterations => 600;

    internal override void Validate()
    {
        base.Validate();
        OptionCheck.Size(Memory, MostMemory);
    }
}
