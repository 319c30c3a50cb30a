namespace Microsoft.ML.StateSpace.Layers;

/// <summary>The sums of some cores that one backward pass after the other adds to.</summary>
internal sealed class PassSums(IReadOnlyList<DiagonalCore> cores) : IPassSums
{
    private readonly CoreSums[] _sums = [.. cores.Select(core => new CoreSums(core.InputSize, core.States))];

    /// <summary>The sums of the core of that number.</summary>
    public CoreSums this[int index] => _sums[index];

    /// <summary>The sums of that core, or <see langword="null"/> where nobody asks for them.</summary>
    public object? Of(Layer layer)
    {
        for (int i = 0; i < _sums.Length; i++)
            if (ReferenceEquals(cores[i], layer))
                return _sums[i];
        return null;
    }

    public void Clear()
    {
        foreach (var sums in _sums)
            sums.Clear();
    }

    public void Add(PassSums other)
    {
        for (int i = 0; i < _sums.Length; i++)
            _sums[i].Add(other[i]);
    }
}
