namespace Microsoft.ML.StateSpace.Core.Tests.Kernels;

/// <summary>The claim that some work allocates nothing on its thread, once it has run before.</summary>
internal static class NoAllocation
{
    public static void In(Action work)
    {
        work();
        long before = GC.GetAllocatedBytesForCurrentThread();
        work();
        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
    }
}
