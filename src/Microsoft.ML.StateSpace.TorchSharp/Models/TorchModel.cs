using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Torch.Layers;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Models;

/// <summary>A <see cref="SequenceModel"/> on TorchSharp: the same tree of layers, each read as tensor operations.</summary>
internal sealed class TorchModel(SequenceModel model)
{
    private readonly ITorchLayer _encoder = TorchLayers.Of(model.Encoder);
    private readonly ITorchLayer[] _branches = [.. Enumerable.Range(0, model.Branches).Select(i => TorchLayers.Of(model.Branch(i)))];
    private readonly ITorchLayer _decoder = TorchLayers.Of(model.Decoder);

    /// <summary>Logits or standardised outputs, (batch, outputs) or (batch, length, outputs).</summary>
    public Tensor Forward(TorchPass pass, SequenceBatch batch)
    {
        var x = pass.Upload(batch.Values.ToArray(), batch.Count, batch.Length, batch.Features);
        if (model.Input is not null)
            x = ((x - pass[model.Input.Mean]) / pass[model.Input.Deviation]).clamp(-model.Input.Bound, model.Input.Bound);
        x = _encoder.Forward(pass, x);
        foreach (var branch in _branches)
            x = branch.Forward(pass, x);
        if (model.Head.IsPooled)
            x = TorchPool.Forward(model.Options.Architecture.Pooling, pass, x);
        return _decoder.Forward(pass, x);
    }
}
