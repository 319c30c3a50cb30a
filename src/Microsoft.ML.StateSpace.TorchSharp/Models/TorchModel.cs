using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Torch.Layers;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Models;

/// <summary>A <see cref="SequenceNetwork"/> on TorchSharp: the same tree of layers, each read as tensor operations.</summary>
/// <param name="model">The model.</param>
/// <param name="fixedValues">Its parameters, of which those are read that no step changes.</param>
internal sealed class TorchModel(SequenceNetwork model, ParameterSet fixedValues)
{
    private readonly ITorchLayer _encoder = TorchLayers.Of(model.Encoder);
    private readonly ITorchLayer[] _branches = [.. Enumerable.Range(0, model.Branches).Select(i => TorchLayers.Of(model.Branch(i)))];
    private readonly ITorchLayer _decoder = TorchLayers.Of(model.Decoder);

    /// <summary>
    /// Logits or standardised outputs, (batch, outputs) or (batch, length, outputs). The sequences of pairs are given apart, the two of
    /// each pair one after the other, and have one row of outputs together.
    /// </summary>
    public Tensor Forward(TorchPass pass, SequenceBatch batch)
    {
        var x = Input(pass, batch);
        x = _encoder.Forward(pass, x);
        foreach (var branch in _branches)
            x = branch.Forward(pass, x);
        if (model.Head.IsPooled)
            x = TorchPool.Forward(model.PoolingKind, pass, x, model.Shares);
        if (model.Options.HasPairs)
            x = x.reshape(-1, 2 * model.PooledWidth);
        return _decoder.Forward(pass, x);
    }

    private Tensor Input(TorchPass pass, SequenceBatch batch)
    {
        var stage = model.InputStage;
        var rows = new float[batch.Count * batch.Length * stage.Width];
        var state = new float[stage.StateSize];
        for (int i = 0; i < batch.Count; i++)
        {
            stage.Begin([], state);
            var packed = rows.AsSpan(i * batch.Length * stage.Width, batch.Lengths[i] * stage.Width);
            stage.Pack(fixedValues.Values, batch.Valid(i), 0, packed, state);
        }
        var x = pass.Upload(rows, batch.Count, batch.Length, stage.Width);
        if (!stage.TakesMissing)
            return Standardized(pass, x);
        int standardized = batch.Features + stage.Derived;
        var channels = Standardized(pass, x.narrow(-1, 0, standardized)).nan_to_num(0, 0, 0);
        return Tensors.Join([channels, x.narrow(-1, standardized, batch.Features)], -1);
    }

    private Tensor Standardized(TorchPass pass, Tensor x)
        => model.Input is { } input ? ((x - pass[input.Mean]) / pass[input.Deviation]).clamp(-input.Bound, input.Bound) : x;
}
