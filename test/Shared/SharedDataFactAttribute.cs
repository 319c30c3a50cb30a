namespace Microsoft.ML.StateSpace.Testing;

/// <summary>A fact about real data; skipped, with the reason, where a set is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedDataFactAttribute : FactAttribute
{
    public SharedDataFactAttribute(params string[] sets) => Skip = SharedData.WhyMissing(sets);
}

/// <summary>A theory about real data; skipped, with the reason, where a set is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedDataTheoryAttribute : TheoryAttribute
{
    public SharedDataTheoryAttribute(params string[] sets) => Skip = SharedData.WhyMissing(sets);
}
