using System.Numerics.Tensors;
using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Benchmarks.Compare;

/// <summary>
/// Runs a layer as the engine does on a batch. The batch is cut into shards of whole sequences. A shard is the work of one thread and
/// has a gradient of its own; at the end the gradients are added in order.
/// </summary>
internal sealed class ShardedLayerRunner : ILayerRunner
{
    private readonly LayerCase _case;
    private readonly LayerProgram _program;
    private readonly Workers _workers;
    private readonly int _shards;
    private readonly float[] _prepared;
    private readonly Memory<float> _output, _inputGradient;
    private readonly PassMemory[] _memories; // of each thread
    private readonly float[][] _sums;
    private readonly Action<int, int> _forward, _train;

    public ShardedLayerRunner(LayerCase layerCase, int threads)
    {
        (_case, _workers, _program) = (layerCase, new Workers(threads), ProgramBuilder.Of(layerCase.Layer));
        _shards = Math.Min(Shards.Most, layerCase.Batch);
        _prepared = new float[layerCase.Layout.PreparedLength];
        _output = AlignedRows.Of(layerCase.Input.Length);
        _inputGradient = AlignedRows.Of(layerCase.Input.Length);
        _memories = [.. Enumerable.Range(0, threads).Select(_ => new PassMemory(_program))];
        int length = layerCase.Parameters.Values.Length + layerCase.Layout.GradedLength;
        _sums = [.. Enumerable.Range(0, _shards).Select(_ => new float[length])];
        Gradients = new ParameterSet(layerCase.Parameters.Parameters);
        (_forward, _train) = ((worker, shard) => Pass(worker, shard, train: false), (worker, shard) => Pass(worker, shard, train: true));
    }

    public ReadOnlySpan<float> Output => _output.Span;

    public ReadOnlySpan<float> InputGradient => _inputGradient.Span;

    public ParameterSet Gradients { get; }

    private Weights Weights => new(_case.Parameters.Values, _prepared);

    public void Forward()
    {
        _case.Layer.Prepare(Weights);
        _workers.Run(_shards, _forward);
    }

    public void Train()
    {
        _case.Layer.Prepare(Weights);
        _workers.Run(_shards, _train);
        for (int shard = 1; shard < _shards; shard++)
            TensorPrimitives.Add(_sums[0], _sums[shard], _sums[0]);
        var sums = Sums(0);
        _case.Layer.PrepareBackward(Weights, sums);
        sums.Values.CopyTo(Gradients.Values);
    }

    public void Dispose() => _workers.Dispose();

    private Gradients Sums(int shard)
        => new(_sums[shard].AsSpan(0, Gradients.Values.Length), _sums[shard].AsSpan(Gradients.Values.Length));

    private void Pass(int worker, int shard, bool train)
    {
        int first = shard * _case.Batch / _shards, count = (shard + 1) * _case.Batch / _shards - first, rows = count * _case.Length;
        Span<int> starts = stackalloc int[count + 1];
        for (int s = 0; s <= count; s++)
            starts[s] = s * _case.Length;
        var range = (first * _case.Length * _case.Size)..((first * _case.Length + rows) * _case.Size);
        var memory = _memories[worker];
        var schedule = _program.ScheduleFor(train ? ArenaUse.Train : ArenaUse.Score);
        memory.Plan(schedule, new Extent(rows, count));
        memory.Take();
        memory.Lend(schedule.Values[_program.Input.Index], _case.Input[range]);
        memory.Lend(schedule.Values[_program.Output.Index], _output[range]);
        if (train)
        {
            memory.Lend(schedule.Gradients[_program.Output.Index], _case.OutputGradient[range]);
            memory.Lend(schedule.Gradients[_program.Input.Index], _inputGradient[range]);
        }
        var pass = new Pass { Weights = Weights, Starts = starts, Scratch = default };
        memory.Run(0, schedule.Forward, pass);
        if (!train)
            return;
        _sums[shard].AsSpan().Clear();
        memory.Run(schedule.Forward, schedule.Steps.Length, pass, Sums(shard));
    }
}
