using Microsoft.ML.StateSpace.Layers;

namespace Microsoft.ML.StateSpace.Execution;

/// <summary>
/// Scores sequences with a network. A causal one takes a long sequence window by window, in memory that does not depend on the length: each
/// window begins with the state of a stream that the one before it left.
/// </summary>
/// <param name="network">The network.</param>
/// <param name="windowRows">Time steps of a window, a multiple of 64.</param>
/// <param name="largestWhole">Floats of memory above which windows need only have nearly the values of the whole.</param>
internal sealed class ScoringWindows(
    INetwork network, int windowRows = ScoringWindows.WindowRows, long largestWhole = ScoringWindows.LargestWhole) : ScoringMemory
{
    /// <summary>The usual length of a window: its activations stay in the caches, and more would only take more memory.</summary>
    public const int WindowRows = 1024;

    /// <summary>
    /// Floats of memory above which a sequence is scored in windows even if these have the values of the whole only up to rounding.
    /// </summary>
    public const long LargestWhole = 100 << 20;

    private readonly MemoryPlan _whole = new(network.Program.ScheduleFor(ArenaUse.Score));
    private float[] _state = [];
    private float[] _pooled = [];

    /// <summary>The memory of a pass.</summary>
    public Workspace Workspace { get; init; } = new(network);

    public override long Floats => Workspace.Floats + _state.Length + _pooled.Length;

    /// <inheritdoc/>
    public override void Score(Weights weights, ReadOnlySpan<float> values, ReadOnlySpan<float> intervals, Span<float> output)
    {
        int rows = values.Length / network.Inputs, step = TakesWindows(rows) ? windowRows : rows;
        var state = FreshState();
        for (int start = 0; start < rows; start += step)
        {
            Run(weights, values, intervals, start, Math.Min(step, rows - start), rows, state, Workspace.Schedule.Forward);
            Workspace.Output.CopyTo(network.Head.IsPooled ? output : output[(start * network.Outputs)..]);
        }
    }

    /// <inheritdoc/>
    /// <remarks>Where one of them is taken window by window, both are, and only their pooled vectors are kept.</remarks>
    public override void ScorePair(Weights weights, ReadOnlySpan<float> first, ReadOnlySpan<float> second, Span<float> output)
    {
        if (TakesWindows(first.Length / network.Inputs) || TakesWindows(second.Length / network.Inputs))
        {
            var pooled = network.Pooled!;
            int end = Workspace.Schedule.EndOf(pooled), width = network.Program.Values[pooled.Index].Width;
            if (_pooled.Length == 0)
                _pooled = new float[2 * width];
            PoolWindows(weights, first, _pooled.AsSpan(0, width), end);
            PoolWindows(weights, second, _pooled.AsSpan(width), end);
            Workspace.Reset(2, ArenaUse.Score);
            _pooled.CopyTo(Workspace.Memory.Value(pooled));
            Workspace.Run(end, Workspace.Schedule.Forward, weights, default);
        }
        else
        {
            Workspace.PackPair(weights.Values, first, second);
            Workspace.Forward(weights);
        }
        Workspace.Output.CopyTo(output);
    }

    /// <summary>Whether <see cref="Score"/> takes a sequence of that many steps window by window.</summary>
    public bool TakesWindows(int rows)
        => rows > windowRows && network.IsCausal
            && (network.HasExactWindows || _whole.Fit(new Extent(rows, 1)).Length > largestWhole);

    // The pooled vector of a sequence, in windows if it is a long one.
    private void PoolWindows(Weights weights, ReadOnlySpan<float> values, Span<float> pooled, int end)
    {
        int rows = values.Length / network.Inputs, step = TakesWindows(rows) ? windowRows : rows;
        var state = FreshState();
        for (int start = 0; start < rows; start += step)
            Run(weights, values, [], start, Math.Min(step, rows - start), int.MaxValue, state, end);
        Workspace.Memory.Value(network.Pooled!).CopyTo(pooled);
    }

    // A sequence that is not cut is no window, and leaves no state.
    private void Run(
        Weights weights, ReadOnlySpan<float> values, ReadOnlySpan<float> intervals, int start, int count, int rows, Span<float> state,
        int end)
    {
        Workspace.PackRows(weights.Values, values, intervals, start, count, state, ArenaUse.Score);
        var pass = Workspace.Pass(weights, 0);
        if (count < rows)
            pass = pass with { IsWindow = true, Before = start, State = state[network.InputStage.StateSize..] };
        Workspace.Memory.Run(0, end, pass);
    }

    // The state before the first window of a sequence.
    private Span<float> FreshState()
    {
        if (_state.Length < network.StateSize)
            _state = new float[network.StateSize];
        _state.AsSpan().Clear();
        return _state;
    }
}
