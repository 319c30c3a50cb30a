using System.Numerics.Tensors;

namespace Microsoft.ML.StateSpace.Tasks;

/// <summary>
/// How good the answers to a set are, in one number: the larger, the better. Rows whose target is not known do not count.
/// </summary>
internal abstract class TaskMetric
{
    public static TaskMetric Of(SequenceTask task, int outputs)
        => task.Target == TargetKind.Class ? new Accuracy(outputs) : new FitPercent(outputs);

    /// <summary>The name for reports.</summary>
    public abstract string Name { get; }

    /// <summary>The metric of all rows that were added.</summary>
    public abstract double Value { get; }

    /// <summary>Adds some rows: logits, or standardised outputs, with their targets.</summary>
    public abstract void Add(ReadOnlySpan<float> outputs, TargetRows targets);

    /// <summary>The share of rows whose largest logit is that of their class.</summary>
    private sealed class Accuracy(int classes) : TaskMetric
    {
        private long _correct;
        private long _count;

        public override string Name => "accuracy";

        public override double Value => _correct / (double)_count;

        public override void Add(ReadOnlySpan<float> outputs, TargetRows targets)
        {
            for (int row = 0; row < targets.Classes.Length; row++)
            {
                if (targets.Classes[row] == TargetLayout.NoClass)
                    continue;
                _count++;
                _correct += TensorPrimitives.IndexOfMax(outputs.Slice(row * classes, classes)) == targets.Classes[row] ? 1 : 0;
            }
        }
    }

    /// <summary>The mean fit of the outputs in percent, <c>100 (1 - rmse / std(target))</c>.</summary>
    private sealed class FitPercent(int outputs) : TaskMetric
    {
        private readonly double[] _error = new double[outputs];
        private readonly double[] _sum = new double[outputs];
        private readonly double[] _square = new double[outputs];
        private readonly long[] _count = new long[outputs];

        public override string Name => "fit %";

        public override double Value
        {
            get
            {
                double total = 0;
                for (int c = 0; c < outputs; c++)
                    total += 100 * (1 - Math.Sqrt(_error[c] / Math.Max(1e-12, _square[c] - _sum[c] * _sum[c] / _count[c])));
                return total / outputs;
            }
        }

        public override void Add(ReadOnlySpan<float> outputs, TargetRows targets)
        {
            for (int i = 0; i < outputs.Length; i++)
            {
                float target = targets.Values[i];
                if (float.IsNaN(target))
                    continue;
                int channel = i % _count.Length;
                _count[channel]++;
                _error[channel] += Math.Pow((double)outputs[i] - target, 2);
                _sum[channel] += target;
                _square[channel] += (double)target * target;
            }
        }
    }
}
