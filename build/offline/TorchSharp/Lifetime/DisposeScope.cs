// Mirrors TorchSharp.DisposeScope: tensors made on a thread belong to its innermost scope and are disposed with it, unless they were moved or detached.
using static TorchSharp.torch;

namespace TorchSharp;

public sealed class DisposeScope : IDisposable
{
    private readonly HashSet<IDisposable> _owned = new(ReferenceEqualityComparer.Instance);
    private DisposeScopeManager _manager;

    internal DisposeScope(DisposeScopeManager manager) => (_manager, Outer) = (manager, manager.Current);

    internal DisposeScope Outer { get; set; }

    public IReadOnlyList<IDisposable> DisposablesView => [.. Alive()._owned];

    public int DisposablesCount => Alive()._owned.Count;

    public bool Contains(IDisposable disposable) => _owned.Contains(disposable);

    public T MoveToOuter<T>(T disposable)
        where T : IDisposable
    {
        MoveToOuter([disposable]);
        return disposable;
    }

    public (T1 first, T2 second) MoveToOuter<T1, T2>(T1 first, T2 second)
        where T1 : IDisposable
        where T2 : IDisposable
    {
        MoveToOuter([first, second]);
        return (first, second);
    }

    public void MoveToOuter(params IDisposable[] disposables) => MoveToOther(Outer, (IEnumerable<IDisposable>)disposables);

    public void MoveToOuter(IEnumerable<IDisposable> disposables) => MoveToOther(Outer, disposables);

    public T MoveToOther<T>(DisposeScope scope, T disposable)
        where T : IDisposable
    {
        MoveToOther(scope, [disposable]);
        return disposable;
    }

    public void MoveToOther(DisposeScope scope, params IDisposable[] disposables) => MoveToOther(scope, (IEnumerable<IDisposable>)disposables);

    /// <summary>What is not this scope's stays where it is; without a scope to go to, it belongs to none.</summary>
    public void MoveToOther(DisposeScope scope, IEnumerable<IDisposable> disposables)
    {
        Alive();
        if (scope is null)
        {
            Detach(disposables);
            return;
        }
        foreach (var disposable in disposables)
        {
            if (_owned.Remove(disposable))
                scope.Take(disposable);
        }
    }

    public T Detach<T>(T disposable)
        where T : IDisposable
    {
        Detach([disposable]);
        return disposable;
    }

    public void Detach(params IDisposable[] disposables) => Detach((IEnumerable<IDisposable>)disposables);

    public void Detach(IEnumerable<IDisposable> disposables)
    {
        Alive();
        foreach (var disposable in disposables)
        {
            if (!_owned.Remove(disposable))
                continue;
            _manager.Counts.DetachedFromScopeCount++;
            ((Tensor)disposable).Owner = null;
        }
    }

    public void Attach(IDisposable disposable) => Attach((IEnumerable<IDisposable>)[disposable]);

    public void Attach(params IDisposable[] disposables) => Attach((IEnumerable<IDisposable>)disposables);

    public IReadOnlyList<IDisposable> Attach(IEnumerable<IDisposable> disposables)
    {
        Alive();
        IDisposable[] all = [.. disposables];
        foreach (var disposable in all)
            Take(disposable);
        return all;
    }

    public void DisposeEverything() => DisposeEverythingBut([]);

    public T DisposeEverythingBut<T>(T keep)
        where T : IDisposable
    {
        DisposeEverythingBut([keep]);
        return keep;
    }

    public void DisposeEverythingBut(params IDisposable[] keep) => DisposeEverythingBut((IEnumerable<IDisposable>)keep);

    public void DisposeEverythingBut(IEnumerable<IDisposable> inKeep)
    {
        Alive();
        var kept = inKeep.ToHashSet<IDisposable>(ReferenceEqualityComparer.Instance);
        foreach (var disposable in _owned.Where(d => !kept.Contains(d)).ToArray())
            disposable.Dispose();
    }

    /// <summary>Disposes what it owns; a second time it does nothing.</summary>
    public void Dispose()
    {
        if (_manager is null)
            return;
        DisposeEverything();
        _manager.Remove(this);
        _manager = null;
    }

    public void MarkAsDisposed(IDisposable disposable)
    {
        Alive();
        _owned.Remove(disposable);
        ((Tensor)disposable).Owner = null;
    }

    internal void Add(Tensor made) => _owned.Add(made);

    private void Take(IDisposable disposable)
    {
        if (disposable is not Tensor tensor)
            throw new InvalidOperationException("DisposeScope can only manage Tensor or PackedSequence");
        if (tensor.Owner == this)
            return;
        tensor.Owner?._owned.Remove(tensor);
        _owned.Add(tensor);
        tensor.Owner = this;
    }

    private DisposeScope Alive() => _manager is null ? throw new ObjectDisposedException(GetType().FullName) : this;
}
