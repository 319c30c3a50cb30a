using Microsoft.ML.StateSpace.Losses;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// Loss and metric over a whole set. The metric is the accuracy of a classifier, or the mean fit of the outputs in percent,
/// <c>100 (1 - rmse / std(target))</c>.
/// </summary>
internal sealed class Evaluation
{
    private const int BatchRows = 8192;

    private readonly SequenceModel _model;
    private readonly SequenceSet _set;
    private readonly CrossEntropyLoss? _crossEntropy;
    private readonly SequenceBatch _batch;
    private readonly int[] _order;
    private readonly float[] _values;
    private float[] _outputs = [];
    private float[] _targets = [];

    public Evaluation(SequenceModel model, SequenceSet set, TrainingOptions options, ReadOnlySpan<float> parameterValues)
    {
        _model = model;
        _set = set;
        _batch = new SequenceBatch(set.Features, set.Targets, set.HasIntervals);
        _order = BatchOrder.ByLength(set);
        _values = parameterValues.ToArray();
        if (model.IsPooled)
            _crossEntropy = new CrossEntropyLoss(model.Options.Outputs, 0, options.ClassWeights);
    }

    public static string MetricName(SequenceModel model) => model.IsPooled ? "accuracy" : "fit %";

    /// <summary>Scores the set with the engine's present parameters.</summary>
    public (double Loss, double Metric) Run(ISequenceEngine engine)
    {
        double loss = 0, weight = 0;
        int correct = 0;
        var fit = new FitSums(_model.Options.Outputs);
        for (int start = 0; start < _order.Length;)
        {
            int count = 1;
            while (start + count < _order.Length && (count + 1) * _set.Length(_order[start + count]) <= BatchRows)
                count++;
            _batch.Fill(_set, _order.AsSpan(start, count));
            start += count;
            int outputs = _model.Options.Outputs, perSequence = (_model.IsPooled ? 1 : _batch.Length) * outputs;
            if (_outputs.Length < count * perSequence)
                _outputs = new float[count * perSequence];
            engine.Predict(_batch, _outputs.AsSpan(0, count * perSequence));
            for (int i = 0; i < count; i++)
            {
                if (_crossEntropy is null)
                {
                    AddFit(i, _outputs.AsSpan(i * perSequence, _batch.Lengths[i] * outputs), fit, ref loss, ref weight);
                    continue;
                }
                var logits = _outputs.AsSpan(i * perSequence, perSequence);
                loss += _crossEntropy.Value(logits, _batch.Labels.Slice(i, 1));
                weight += _crossEntropy.Weight(_batch.Labels[i]);
                correct += System.Numerics.Tensors.TensorPrimitives.IndexOfMax(logits) == _batch.Labels[i] ? 1 : 0;
            }
        }
        return (loss / weight, _crossEntropy is null ? fit.Percent() : correct / (double)_order.Length);
    }

    private void AddFit(int index, ReadOnlySpan<float> outputs, FitSums fit, ref double loss, ref double weight)
    {
        if (_targets.Length < outputs.Length)
            _targets = new float[outputs.Length];
        var targets = _targets.AsSpan(0, outputs.Length);
        _model.Output!.Forward(_values, _batch.ValidTargets(index), targets);
        loss += SquaredLoss.Value(outputs, targets);
        weight += outputs.Length;
        fit.Add(outputs, targets);
    }

    /// <summary>Running sums, one of each kind a channel.</summary>
    private sealed class FitSums(int outputs)
    {
        private readonly double[] _error = new double[outputs];
        private readonly double[] _sum = new double[outputs];
        private readonly double[] _square = new double[outputs];
        private double _count;

        public void Add(ReadOnlySpan<float> values, ReadOnlySpan<float> targets)
        {
            for (int i = 0; i < values.Length; i++)
            {
                int channel = i % outputs;
                _error[channel] += Math.Pow((double)values[i] - targets[i], 2);
                _sum[channel] += targets[i];
                _square[channel] += (double)targets[i] * targets[i];
            }
            _count += values.Length / (double)outputs;
        }

        public double Percent()
        {
            double total = 0;
            for (int c = 0; c < outputs; c++)
                total += 100 * (1 - Math.Sqrt(_error[c] / Math.Max(1e-12, _square[c] - _sum[c] * _sum[c] / _count)));
            return total / outputs;
        }
    }
}
