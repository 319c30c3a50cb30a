namespace Microsoft.ML.StateSpace.Benchmarks.Compare;

/// <summary>Floating-point operations and bytes that a piece of work cannot do without.</summary>
internal readonly record struct Work(double Flops, double Bytes)
{
    public static Work operator +(Work a, Work b) => new(a.Flops + b.Flops, a.Bytes + b.Bytes);

    public static Work operator *(double factor, Work work) => new(factor * work.Flops, factor * work.Bytes);
}
