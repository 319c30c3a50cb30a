namespace Microsoft.ML.StateSpace.Grains;

/// <summary>The names of sweeps, which are parts of the keys of grains.</summary>
internal static class SweepNames
{
    public const char Separator = '/';

    public static void Require(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name.Contains(Separator))
            throw new ArgumentException($"The name of a sweep has no '{Separator}', but '{name}' has.", nameof(name));
    }
}
