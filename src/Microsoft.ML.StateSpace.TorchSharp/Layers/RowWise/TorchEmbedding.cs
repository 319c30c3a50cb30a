using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Torch.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Layers;

/// <summary><see cref="Embedding"/>: the row of a table that a token names; zeros for one that the table does not have.</summary>
internal sealed class TorchEmbedding(Embedding embedding) : ITorchLayer
{
    public Tensor Forward(TorchPass pass, Tensor input)
    {
        var table = pass[embedding.Table];
        long vocabulary = table.shape[0];
        var isKnown = (input >= 0).logical_and(input < vocabulary);
        // One row more, of zeros, for what is unknown.
        var rows = Tensors.Join([table, zeros([1, table.shape[1]], device: pass.Device)], 0);
        var index = where(isKnown, input, pass.Zero + vocabulary).to(ScalarType.Int64).squeeze(-1);
        return rows.index_select(0, index.reshape(-1)).view(pass.Sequences, pass.Length, -1);
    }
}
