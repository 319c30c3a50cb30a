namespace LongRangeArena.Tasks;

/// <summary>How large the expressions of <see cref="ListOps"/> may be; by default as in the Long Range Arena.</summary>
internal sealed record ListOpsSize
{
    /// <summary>Levels of the tree, the outermost operator and the deepest digits included.</summary>
    public int MaximumDepth { get; init; } = 10;

    /// <summary>Most arguments of an operator; the fewest are 2.</summary>
    public int MaximumArguments { get; init; } = 10;

    /// <summary>Tokens that an expression must exceed; at least 1, which is what a digit alone has.</summary>
    public int LongerThan { get; init; } = 500;

    /// <summary>Tokens that an expression must stay below.</summary>
    public int ShorterThan { get; init; } = 2000;
}
