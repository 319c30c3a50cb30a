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

        public override double Value => _count == 0 ? 0 : _correct / (double)_count;

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

    /// <summary>
    /// The mean fit of the outputs in percent, <c>100 (1 - rmse / std(target))</c>, over those whose target varies. Where none does, it is
    /// 100 for exact answers and 0 for others.
    /// </summary>
    private sealed class FitPercent(int outputs) : TaskMetric
    {
        // Targets are standardised, so what rounding leaves of a constant one is to be compared with 1.
        private const double Unit = 1;

        private readonly ValueErrors[] _errors = new ValueErrors[outputs];

        public override string Name => "fit %";

        public override double Value
        {
            get
            {
                bool varies = _errors.Any(output => !output.IsConstant(Unit));
                double sum = 0;
                int count = 0;
                foreach (var output in _errors)
                {
                    if (varies && output.IsConstant(Unit))
                        continue;
                    sum += 100 * (1 - output.Normalized(Unit));
                    count++;
                }
                return sum / count;
            }
        }

        public override void Add(ReadOnlySpan<float> outputs, TargetRows targets)
        {
            for (int i = 0, c = 0; i < outputs.Length; i++, c = c + 1 == _errors.Length ? 0 : c + 1)
                _errors[c].Add(targets.Values[i], outputs[i]);
        }
    }
}
