using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Torch.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Training;

/// <summary>
/// The losses of the managed engine: <c>CrossEntropyLoss</c> of logits (batch, classes), <c>SquaredLoss</c> of standardised outputs (batch,
/// length, outputs).
/// </summary>
internal sealed class TorchLoss(SequenceModel model, TrainingOptions options)
{
    private readonly double _smoothing = options.LabelSmoothing ?? 0;

    /// <summary>The batch's mean loss, a scalar on the device.</summary>
    public Tensor Of(TorchPass pass, SequenceBatch batch, Tensor outputs)
        => model.IsPooled ? CrossEntropy(pass, batch, outputs) : Squared(pass, batch, outputs);

    // Of a sequence of class c: -w_c sum_j q_j log p_j, where q is smoothing / classes everywhere, and 1 - smoothing more at c. The sum
    // over the batch is divided by the sum of the weights.
    private Tensor CrossEntropy(TorchPass pass, SequenceBatch batch, Tensor logits)
    {
        int count = batch.Count, classes = model.Options.Outputs;
        var weights = new float[count * classes];
        double total = 0;
        for (int i = 0; i < count; i++)
            total += Weight(batch.Labels[i]);
        for (int i = 0; i < count; i++)
        {
            double weight = Weight(batch.Labels[i]) / (total > 0 ? total : 1);
            weights.AsSpan(i * classes, classes).Fill((float)(weight * _smoothing / classes));
            weights[i * classes + batch.Labels[i]] += (float)(weight * (1 - _smoothing));
        }
        return -(logits.log_softmax(-1) * pass.Upload(weights, count, classes)).sum();
    }

    private Tensor Squared(TorchPass pass, SequenceBatch batch, Tensor outputs)
    {
        long count = 0;
        foreach (int length in batch.Lengths)
            count += (long)length * batch.Targets;
        var targets = pass.Upload(batch.TargetValues.ToArray(), batch.Count, batch.Length, batch.Targets);
        var standardised = (targets - pass[model.Output!.Mean]) / pass[model.Output.Deviation];
        // In the padding there may be infinities or no numbers, which times zero are not zero; so it is replaced by zeros, not multiplied
        // by them.
        return where(pass.IsValid, (outputs - standardised).square(), pass.Zero).sum() * (0.5 / count);
    }

    private double Weight(int label) => options.ClassWeights is null ? 1 : options.ClassWeights[label];
}
