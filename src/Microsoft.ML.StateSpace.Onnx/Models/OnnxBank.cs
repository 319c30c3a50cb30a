using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Layers;

namespace Microsoft.ML.StateSpace.Onnx.Models;

/// <summary><see cref="BankModel"/>: standardise, filter and count, and read the counts out; values also from the last states.</summary>
internal sealed class OnnxBank(BankModel model) : IOnnxModel
{
    public Value Answer(params OnnxSequences[] sequences)
    {
        var (pass, values) = sequences[0];
        var encoded = OnnxInputStage.Apply(pass, model.InputStage, values);
        Value? answer = null;
        var weight = model.Weight.Of(pass.Values);
        if (model.Bank.Groups > 0)
            answer = new OnnxPooledBank(model.Bank, model.MostCounted).ReadOut(pass, encoded, weight, model.Features);
        if (model.Linear is { } linear)
        {
            int outputs = model.Options.Outputs, size = linear.Features;
            var features = new OnnxLastStates(linear).Apply(pass, encoded);
            var own = new float[outputs * size];
            for (int p = 0; p < outputs; p++)
                weight.Slice(p * model.Features + model.Bank.Features, size).CopyTo(own.AsSpan(p * size));
            var part = features.MatMul(pass.Transposed("ReadOut.Linear", own, outputs, size));
            answer = answer is { } counted ? counted + part : part;
        }
        return OnnxHead.Finish(pass, model.Head, answer!.Value + pass.Constant(model.Bias));
    }
}
