using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Models;

namespace Microsoft.ML.StateSpace.Onnx.Layers;

/// <summary><see cref="TiedDropout"/>, which drops nothing outside of training.</summary>
internal sealed class OnnxDropout(TiedDropout dropout) : IOnnxLayer
{
    public Value Apply(OnnxPass pass, Value input) => dropout.OutputSize == dropout.InputSize ? input : throw new NotSupportedException();
}
