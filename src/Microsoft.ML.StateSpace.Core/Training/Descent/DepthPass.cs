using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Layers;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// Passes over all training sequences in which depth is time (<see cref="DepthLayers"/>): one forward and backward pass keeps what each
/// layer has read and the costate of what it has answered; then the Hamiltonian of a layer,
/// <c>H_l(theta) = sum p_{l+1} . F_l(x_l, theta)</c>, can be asked for at other parameters of that layer alone, at the cost of this layer.
/// Memory: two numbers of 32 bits for each channel of each row of all training sequences, once for each layer and once more. Sequences are
/// worked on whole, in shards that depend on the data alone, and sums run in the order of the shards, so the bits do not depend on the
/// number of threads.
/// </summary>
internal sealed class DepthPass
{
    private readonly FullBatch _batch;
    private readonly SequenceMemory?[] _memories; // of each thread
    private readonly float[] _values;
    private readonly float[] _prepared;
    private readonly int[] _shards;
    private readonly float[]?[] _gradients; // of each shard: parameters, then prepared values
    private readonly double[] _sums; // of each shard
    private readonly float[][][]? _inputs; // of each sequence and layer
    private readonly float[][][]? _costates;

    /// <param name="batch">The objective; its threads are used between its own passes.</param>
    /// <param name="keeps">Whether Hamiltonians will be asked for.</param>
    public DepthPass(FullBatch batch, bool keeps)
    {
        _batch = batch;
        Layers = new DepthLayers(batch.Model, batch.Parameters);
        _memories = new SequenceMemory?[batch.Workers.Count];
        _values = batch.Parameters.Values.ToArray();
        _prepared = new float[batch.Model.Layout.PreparedLength];
        _shards = FullBatch.Shards(batch.Data);
        _gradients = new float[]?[_shards.Length - 1];
        _sums = new double[_shards.Length - 1];
        if (keeps)
            (_inputs, _costates) = (new float[batch.Data.Count][][], new float[batch.Data.Count][][]);
    }

    public DepthLayers Layers { get; }

    /// <summary>The parameters that were set last, and what is prepared from them.</summary>
    public Weights Weights => new(_values, _prepared);

    /// <summary>Sets the parameters of the next passes.</summary>
    public void Set(ReadOnlySpan<float> values)
    {
        values.CopyTo(_values);
        for (int layer = 0; layer < Layers.Count; layer++)
            Layers.Prepare(layer, Weights);
    }

    /// <summary>Forward and backward at the parameters that are set: fills in what is kept.</summary>
    public void Run() => Share((memory, shard, sequence) =>
    {
        var workspace = memory.Workspace;
        for (int layer = 0; layer < Layers.Count; layer++)
            Layers.Forward(layer, workspace, Weights);
        _batch.Loss.Derivative(workspace.Output, workspace.Targets, 1 / _batch.TotalWeight, workspace.OutputGradient);
        for (int layer = 1; layer < Layers.Count; layer++)
            Keep(_inputs, sequence, layer, Layers.Input(layer, workspace));
        Keep(_inputs, sequence, Layers.Count, workspace.Output);
        Keep(_costates, sequence, Layers.Count, workspace.OutputGradient);
        for (int layer = Layers.Count - 1; layer > 0; layer--)
        {
            Layers.Backward(layer, workspace, Weights, GradientsOf(_gradients[shard]!));
            Keep(_costates, sequence, layer, Layers.Costate(layer, workspace));
        }
    });

    /// <summary>Forward up to what the decoder reads, at the parameters that are set.</summary>
    /// <param name="read">Takes the number of the shard, a workspace with its targets, and the features, (answers, width).</param>
    public void Features(Action<int, Workspace> read) => Share((memory, shard, _) =>
    {
        for (int layer = 0; layer < Layers.Count - 1; layer++)
            Layers.Forward(layer, memory.Workspace, Weights);
        read(shard, memory.Workspace);
    });

    /// <summary>Number of shards.</summary>
    public int Shards => _shards.Length - 1;

    /// <summary>
    /// Minus the Hamiltonian of a layer at some parameters, less that at the parameters of the last <see cref="Run"/>, and its gradient.
    /// </summary>
    /// <param name="layer">The layer.</param>
    /// <param name="values">All parameters; only those of the layer are looked at.</param>
    /// <param name="gradient">As long as they are; assigned for the parameters of the layer.</param>
    public double Hamiltonian(int layer, ReadOnlySpan<float> values, double[] gradient)
    {
        values.CopyTo(_values);
        Layers.Prepare(layer, Weights);
        _sums.AsSpan().Clear();
        Share((memory, shard, sequence) =>
        {
            var workspace = memory.Workspace;
            bool isLast = layer == Layers.Count - 1;
            float[][] inputs = _inputs![sequence], costates = _costates![sequence];
            if (layer > 0)
                inputs[layer].CopyTo(Layers.Input(layer, workspace));
            Layers.Forward(layer, workspace, Weights);
            var output = isLast ? workspace.Output : Layers.Input(layer + 1, workspace);
            for (int i = 0; i < output.Length; i++)
                _sums[shard] += (double)costates[layer + 1][i] * ((double)output[i] - inputs[layer + 1][i]);
            costates[layer + 1].CopyTo(isLast ? workspace.OutputGradient : Layers.Costate(layer + 1, workspace));
            Layers.Backward(layer, workspace, Weights, GradientsOf(_gradients[shard]!));
        });
        var total = _gradients[0]!;
        for (int shard = 1; shard < Shards; shard++)
            for (int i = 0; i < total.Length; i++)
                total[i] += _gradients[shard]![i];
        Layers.PrepareBackward(layer, Weights, GradientsOf(total));
        foreach (var parameter in Layers.Parameters[layer])
            for (int i = parameter.Offset; i < parameter.Offset + parameter.Length; i++)
                gradient[i] = total[i];
        return _sums.Sum();
    }

    // Calls the work for every sequence, after its shard's gradient was cleared; in the memory its rows and targets are packed.
    private void Share(Action<SequenceMemory, int, int> work)
    {
        var cancellation = _batch.Options.Cancellation;
        _batch.Workers.Run(Shards, (worker, shard) =>
        {
            var memory = _memories[worker] ??= new SequenceMemory(_batch.Model, _batch.Data, _batch.Options, ArenaUse.Study);
            (_gradients[shard] ??= new float[_values.Length + _batch.Model.Layout.GradedLength]).AsSpan().Clear();
            for (int i = _shards[shard]; i < _shards[shard + 1] && !cancellation.IsCancellationRequested; i++)
            {
                memory.Take(i, _values);
                work(memory, shard, i);
            }
        });
        cancellation.ThrowIfCancellationRequested();
    }

    // What is kept lies under the number of the layer that reads it; the answer of the last layer behind all.
    private void Keep(float[][][]? kept, int sequence, int layer, ReadOnlySpan<float> rows)
    {
        if (kept is null)
            return;
        float[][] own = kept[sequence] ??= new float[Layers.Count + 1][];
        rows.CopyTo(own[layer] ??= new float[rows.Length]);
    }

    private Gradients GradientsOf(float[] gradient) => new(gradient.AsSpan(0, _values.Length), gradient.AsSpan(_values.Length));
}
