namespace Microsoft.ML.StateSpace.Testing;

/// <summary>
/// The claim that some work allocates nothing on its thread, once it has run before. The runtime itself may allocate on that thread, once,
/// when it compiles a loop that has run for long; so work is done anew until it allocates nothing several times in a row, which work that
/// allocates, be it only now and then, never does.
/// </summary>
internal static class NoAllocation
{
    private const int Rounds = 5, InARow = 4;

    public static void In(Action work)
    {
        work();
        long allocated = 0;
        for (int round = 0; round < Rounds; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < InARow; i++)
                work();
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            if (allocated == 0)
                return;
        }
        allocated.Should().Be(0, $"{InARow} runs in a row are to allocate nothing");
    }
}
