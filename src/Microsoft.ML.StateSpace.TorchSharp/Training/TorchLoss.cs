using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;
using Microsoft.ML.StateSpace.Torch.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Training;

/// <summary>
/// The losses of the managed engine, <c>CrossEntropyLoss</c> and <c>ValueLoss</c>, over the rows of a padded batch: (batch, outputs) or
/// (batch, length, outputs). Rows of the padding, and targets that are not known, have weight 0.
/// </summary>
internal sealed class TorchLoss(SequenceNetwork model, TrainingOptions options)
{
    private readonly double _smoothing = options.LabelSmoothing ?? 0;

    /// <summary>The batch's mean loss, a scalar on the device.</summary>
    public Tensor Of(TorchPass pass, SequenceBatch batch, Tensor outputs)
        => model.Head.Targets.Kind == TargetKind.Class ? CrossEntropy(pass, batch, outputs) : Values(pass, batch, outputs);

    // Of a row of class c: -w_c sum_j q_j log p_j, where q is smoothing / classes everywhere, and 1 - smoothing more at c. The sum over
    // the batch is divided by the sum of the weights.
    private Tensor CrossEntropy(TorchPass pass, SequenceBatch batch, Tensor logits)
    {
        int classes = model.Options.Outputs, rows = batch.TargetRows;
        var weights = new float[batch.OutputLength(classes)];
        double total = 0;
        for (int i = 0; i < batch.Count; i++)
        {
            foreach (int target in batch.ValidClasses(i))
                total += Weight(target);
        }
        for (int i = 0; i < batch.Count; i++)
        {
            var targets = batch.ValidClasses(i);
            for (int row = 0; row < targets.Length; row++)
            {
                if (targets[row] == TargetLayout.NoClass)
                    continue;
                double weight = Weight(targets[row]) / (total > 0 ? total : 1);
                var place = weights.AsSpan((i * rows + row) * classes, classes);
                place.Fill((float)(weight * _smoothing / classes));
                place[targets[row]] += (float)(weight * (1 - _smoothing));
            }
        }
        var given = pass.Upload(weights, [.. logits.shape]);
        return -Where(given, logits.log_softmax(-1) * given, pass).sum();
    }

    private Tensor Values(TorchPass pass, SequenceBatch batch, Tensor outputs)
    {
        int width = batch.Targets.Width, rows = batch.TargetRows;
        var weights = new float[batch.OutputLength(width)];
        double total = 0;
        for (int i = 0; i < batch.Count; i++)
        {
            var targets = batch.ValidTargets(i);
            for (int j = 0; j < targets.Length; j++)
            {
                double weight = float.IsNaN(targets[j]) ? 0 : options.OutputWeights?[j % width] ?? 1;
                weights[i * rows * width + j] = (float)weight;
                total += weight;
            }
        }
        var given = pass.Upload(weights, [.. outputs.shape]);
        var standardised = (pass.Upload(batch.TargetValues.ToArray(), [.. outputs.shape]) - pass[model.Head.Output!.Mean])
            / pass[model.Head.Output.Deviation];
        // An unknown target is NaN, and so would be its loss and its derivative; so the error is replaced, not the loss.
        var error = Where(given, outputs - standardised, pass);
        return (Of(error) * given).sum() * (1 / (total > 0 ? total : 1));
    }

    private Tensor Of(Tensor error) => options.Loss switch
    {
        ValueLossKind.Absolute => error.abs(),
        ValueLossKind.Huber => Huber(error.abs(), options.HuberThreshold),
        ValueLossKind.Quantile => (error * (1 - options.Quantile)).maximum(error * -options.Quantile),
        _ => error.square() * 0.5,
    };

    private static Tensor Huber(Tensor size, double threshold)
    {
        var near = size.clamp(max: threshold);
        return near * (size - near * 0.5);
    }

    // In the padding there may be infinities or no numbers, which times zero are not zero; so what has no weight is replaced by zeros, not
    // multiplied by them.
    private static Tensor Where(Tensor weights, Tensor values, TorchPass pass) => where(weights > 0, values, pass.Zero);

    private double Weight(int target)
        => target == TargetLayout.NoClass ? 0 : options.ClassWeights is null ? 1 : options.ClassWeights[target];
}
