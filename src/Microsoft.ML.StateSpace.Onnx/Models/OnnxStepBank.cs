using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Layers;

namespace Microsoft.ML.StateSpace.Onnx.Models;

/// <summary>
/// <see cref="StepBankModel"/>: at every time step a read-out of the features of some banks, and the answer of a model with feedback.
/// </summary>
internal sealed class OnnxStepBank(StepBankModel model) : IOnnxModel
{
    public Value Answer(params OnnxSequences[] sequences)
    {
        var (pass, values) = sequences[0];
        var bank = model.Bank;
        var encoded = OnnxInputStage.Apply(pass, model.InputStage, values);
        var features = Value.Concat(-1, [.. bank.Banks.Select(own => new OnnxStepFeatures(own).Apply(pass, encoded))]);
        var answer = features.MatMul(pass.Transposed(bank.ReadOut)) + pass.Constant(bank.Bias);
        if (bank.Feedback is not null)
        {
            float start = bank.Banks[0].Start.Of(pass.Values)[0];
            answer += new OnnxPolynomialNarx(bank.Feedback, start).Apply(pass, encoded) * pass.Constant(bank.Share!);
        }
        return OnnxHead.Finish(pass, model.Head, answer);
    }
}
