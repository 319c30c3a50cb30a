using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>Loss and metric over a whole set.</summary>
internal sealed class Evaluation
{
    private const int BatchRows = 8192;

    private readonly SequenceNetwork _model;
    private readonly SequenceSet _set;
    private readonly TaskLoss _loss;
    private readonly SequenceBatch _batch;
    private readonly int[] _order;
    private readonly float[] _values;
    private readonly int _washout;
    private float[] _outputs = [];
    private float[] _targets = [];

    public Evaluation(SequenceNetwork model, SequenceSet set, TrainingOptions options, ReadOnlySpan<float> parameterValues)
    {
        _model = model;
        _set = set;
        _loss = TaskLoss.OfValidation(model.Options.Task, model.Options.Outputs, options);
        _batch = new SequenceBatch(set.Features, set.Targets, set.HasIntervals);
        _order = BatchOrder.ByLength(set);
        _values = parameterValues.ToArray();
        _washout = options.Washout;
    }

    /// <summary>
    /// Whether any target of the set counts: one that is known, lies behind the washout and has a positive weight.
    /// </summary>
    public static bool CanJudge(SequenceModelOptions model, TrainingOptions options, SequenceSet set)
    {
        var loss = TaskLoss.OfValidation(model.Task, model.Outputs, options);
        for (int i = 0; i < set.Count; i++)
        {
            int washed = set.Targets.Axis == AnswerAxis.Step ? Math.Min(options.Washout, set.Length(i)) : 0;
            int classes = washed * set.Targets.ClassWidth, values = washed * set.Targets.ValueWidth;
            if (loss.Weight(new TargetRows(set.Classes(i)[classes..], set.TargetsOf(i)[values..])) > 0)
                return true;
        }
        return false;
    }

    /// <summary>Scores the set with the engine's present parameters.</summary>
    public (double Loss, double Metric) Run(ISequenceEngine engine)
    {
        double loss = 0, weight = 0;
        int outputs = _model.Options.Outputs;
        var metric = TaskMetric.Of(_model.Options.Task, outputs);
        for (int start = 0; start < _order.Length;)
        {
            int count = 1;
            while (start + count < _order.Length && (count + 1L) * _set.Length(_order[start + count]) <= BatchRows)
                count++;
            _batch.Fill(_set, _order.AsSpan(start, count), _washout);
            start += count;
            int length = _batch.OutputLength(outputs), perSequence = length / count;
            if (_outputs.Length < length)
                _outputs = new float[length];
            engine.Predict(_batch, _outputs.AsSpan(0, length));
            for (int i = 0; i < count; i++)
            {
                var answers = _outputs.AsSpan(i * perSequence, _batch.Targets.Rows(_batch.Lengths[i]) * outputs);
                var targets = Targets(i);
                loss += _loss.Value(answers, targets);
                weight += _loss.Weight(targets);
                metric.Add(answers, targets);
            }
        }
        return (loss / weight, metric.Value);
    }

    // The targets of a sequence of the batch, as the loss takes them.
    private TargetRows Targets(int index)
    {
        var given = _batch.ValidTargets(index);
        if (_targets.Length < given.Length)
            _targets = new float[given.Length];
        var targets = _targets.AsSpan(0, given.Length);
        _model.Head.Output?.Forward(_values, given, targets);
        return new(_batch.ValidClasses(index), targets);
    }
}
