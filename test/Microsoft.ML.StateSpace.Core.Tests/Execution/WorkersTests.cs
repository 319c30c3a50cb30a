using Microsoft.ML.StateSpace.Execution;

namespace Microsoft.ML.StateSpace.Core.Tests.Execution;

public class WorkersTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    public void Run_DoesEveryPieceOnce_AndReturnsWhenAllAreDone(int threads)
    {
        using var workers = new Workers(threads);
        for (int round = 0; round < 300; round++)
        {
            var done = new int[round % 20];
            workers.Run(done.Length, (_, piece) => Interlocked.Increment(ref done[piece]));
            done.Should().Equal(Enumerable.Repeat(1, done.Length));
        }
    }

    // A run that returned before its last piece was done, or that a late thread of the run before ended, would leave a sum too small.
    [Fact]
    public void Run_ReturnsWhenAllAreDone_WithManyMoreThreadsThanProcessors()
    {
        using var workers = new Workers(8 * Environment.ProcessorCount);
        for (int round = 0; round < 5000; round++)
        {
            int sum = 0, pieces = 2 + round % (2 * workers.Count);
            workers.Run(pieces, (_, piece) => Interlocked.Add(ref sum, piece + 1));
            sum.Should().Be(pieces * (pieces + 1) / 2);
        }
    }

    [Fact]
    public void Run_TakesNoMoreWorkersThanPieces()
    {
        using var workers = new Workers(32);
        for (int round = 0; round < 500; round++)
        {
            int pieces = 1 + round % 5, largest = 0;
            workers.Run(pieces, (worker, _) => InterlockedMaximum(ref largest, worker));
            largest.Should().BeLessThan(pieces);
        }
        workers.Started.Should().Be(4, "the fullest run had five pieces, and one of them is the caller's");
    }

    // So whoever makes an engine and then throws leaves no thread behind.
    [Fact]
    public void Construction_StartsNoThread()
    {
        using var workers = new Workers(64);
        workers.Started.Should().Be(0);
    }

    [Fact]
    public void Dispose_EndsEveryThread_AndMayComeTwice()
    {
        const int Threads = 6;
        var workers = new Workers(Threads);
        var seen = new Thread[Threads];
        using (var all = new Barrier(Threads))
        {
            workers.Run(Threads, (worker, _) =>
            {
                seen[worker] = Thread.CurrentThread;
                all.SignalAndWait();
            });
        }
        workers.Dispose();
        workers.Dispose();
        seen.Skip(1).Should().OnlyContain(thread => !thread.IsAlive);
        Invoking(() => workers.Run(2, (_, _) => { })).Should().Throw<ObjectDisposedException>();
    }

    [Fact]
    public void Run_GivesEachThreadANumberOfItsOwn()
    {
        using var workers = new Workers(4);
        var inUse = new int[4];
        int clashes = 0;
        workers.Run(200, (worker, _) =>
        {
            if (Interlocked.Increment(ref inUse[worker]) != 1)
                Interlocked.Increment(ref clashes);
            Thread.SpinWait(200);
            Interlocked.Decrement(ref inUse[worker]);
        });
        clashes.Should().Be(0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Run_PassesAFailureOn_AndWorksAgain(int threads)
    {
        using var workers = new Workers(threads);
        Invoking(() => workers.Run(9, (_, piece) => throw new InvalidOperationException($"piece {piece}"))).Should().Throw<Exception>();
        int sum = 0;
        workers.Run(9, (_, piece) => Interlocked.Add(ref sum, piece));
        sum.Should().Be(36);
    }

    private static void InterlockedMaximum(ref int largest, int value)
    {
        for (int seen = Volatile.Read(ref largest); value > seen;)
        {
            int before = Interlocked.CompareExchange(ref largest, value, seen);
            if (before == seen)
                return;
            seen = before;
        }
    }
}
