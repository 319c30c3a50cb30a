// Mirrors TorchSharp.DisposeScopeManager, ThreadDisposeScopeStatistics and how torch opens a scope: a chain of scopes and counters for each thread.
namespace TorchSharp;

public class DisposeScopeManager
{
    [ThreadStatic]
    private static DisposeScopeManager s_ofThread;

    public static ThreadDisposeScopeStatistics Statistics => OfThread.Counts;

    internal static DisposeScopeManager OfThread => s_ofThread ??= new DisposeScopeManager();

    internal ThreadDisposeScopeStatistics Counts { get; } = new();

    internal DisposeScope Current { get; private set; }

    internal DisposeScope Open() => Current = new DisposeScope(this);

    /// <summary>Gives a new tensor to the innermost scope, if there is one.</summary>
    internal DisposeScope Register(torch.Tensor made)
    {
        if (Current is null)
            Counts.CreatedOutsideScopeCount++;
        else
            Counts.CreatedInScopeCount++;
        Current?.Add(made);
        return Current;
    }

    internal void CountDisposed(torch.Tensor gone)
    {
        if (gone.Owner is null)
            Counts.DisposedOutsideScopeCount++;
        else
            Counts.DisposedInScopeCount++;
    }

    /// <summary>Takes a scope out of the chain, wherever in it that is.</summary>
    internal void Remove(DisposeScope scope)
    {
        if (Current == scope)
        {
            Current = scope.Outer;
            return;
        }
        for (var inner = Current; inner is not null; inner = inner.Outer)
        {
            if (inner.Outer == scope)
                inner.Outer = scope.Outer;
        }
    }
}

public class ThreadDisposeScopeStatistics
{
    public long CreatedInScopeCount { get; internal set; }

    public long CreatedOutsideScopeCount { get; internal set; }

    public long DisposedInScopeCount { get; internal set; }

    public long DetachedFromScopeCount { get; internal set; }

    public long ThreadTotalLiveCount => CreatedInScopeCount - DisposedInScopeCount + CreatedOutsideScopeCount - DisposedOutsideScopeCount;

    internal long DisposedOutsideScopeCount { get; set; }

    public void Reset() =>
        (CreatedInScopeCount, CreatedOutsideScopeCount, DisposedInScopeCount, DetachedFromScopeCount, DisposedOutsideScopeCount) = (0, 0, 0, 0, 0);
}

public static partial class torch
{
    public static DisposeScope NewDisposeScope() => DisposeScopeManager.OfThread.Open();

    public static DisposeScope CurrentDisposeScope => DisposeScopeManager.OfThread.Current;

    public static Tensor WrappedTensorDisposeScope(Func<Tensor> expr)
    {
        using var scope = NewDisposeScope();
        return expr().MoveToOuterDisposeScope();
    }
}
