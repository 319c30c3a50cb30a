namespace Microsoft.ML.StateSpace.Execution;

/// <summary>
/// The workspaces of an engine, one for each shard or piece that is worked on at the same time; each is made when it is first used. What is
/// held is bounded: beyond that, those that the last call had no use for let their memory go.
/// </summary>
/// <param name="network">The network.</param>
/// <param name="count">The most workspaces.</param>
/// <param name="largest">Floats that all may hold beyond the needs of one call, and the budget of a call.</param>
/// <param name="sharing">Workspaces that share the budget where shards are worked on.</param>
/// <param name="cancellation">Ends a pass between two operations.</param>
internal sealed class Workspaces(INetwork network, int count, long largest, int sharing, CancellationToken cancellation)
{
    private readonly Workspace?[] _all = new Workspace?[count];
    private readonly bool[] _isUsed = new bool[count];

    /// <summary>Floats that one call may take before operations are computed again.</summary>
    public long Budget => largest;

    /// <summary>Workspaces that have been used so far.</summary>
    public int Count => _all.Count(workspace => workspace is not null);

    /// <summary>Floats that all hold.</summary>
    public long Floats => _all.Sum(workspace => workspace?.Floats ?? 0);

    /// <summary>A workspace, which one thread at a time may use.</summary>
    public Workspace this[int slot]
    {
        get
        {
            _isUsed[slot] = true;
            return _all[slot] ??= new Workspace(network, largest / sharing) { Cancellation = cancellation };
        }
    }

    /// <summary>Ends a call of the engine.</summary>
    public void EndCall()
    {
        long floats = 0;
        foreach (var workspace in _all)
            floats += workspace?.Floats ?? 0;
        for (int slot = 0; slot < count; slot++)
        {
            if (floats > largest && !_isUsed[slot])
                _all[slot]?.Release();
            _isUsed[slot] = false;
        }
    }
}
