using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Onnx.Graph;

namespace Microsoft.ML.StateSpace.Onnx.Models;

/// <summary><see cref="EnsembleModel"/>: the sum of the finished answers of its members, each times its share.</summary>
internal sealed class OnnxEnsemble(EnsembleModel ensemble) : IOnnxModel
{
    public Value Answer(params OnnxSequences[] sequences)
    {
        var shares = ((EnsembleOptions)ensemble.Options.Architecture).Shares();
        return ensemble.Members.Zip(shares, (member, share) => OnnxModels.Of(member).Answer(sequences) * (float)share)
            .Aggregate((sum, answer) => sum + answer);
    }
}
