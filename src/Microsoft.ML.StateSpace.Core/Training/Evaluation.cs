using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>Loss and metric over a whole set.</summary>
internal sealed class Evaluation
{
    private const int BatchRows = 8192;

    private readonly SequenceNetwork _model;
    private readonly SequenceSource _set;
    private readonly TaskLoss _loss;
    private readonly SequenceBatch _batch;
    private readonly CancellationToken _cancellation;
    private readonly float[] _values;
    private readonly int _washout;
    private int[]? _order; // of a set in memory, by length
    private float[] _outputs = [];
    private float[] _targets = [];

    public Evaluation(SequenceNetwork model, SequenceSource set, TrainingOptions options, ReadOnlySpan<float> parameterValues)
    {
        _model = model;
        _set = set;
        _loss = TaskLoss.OfValidation(model.Options.Task, model.Options.Outputs, options);
        _batch = new SequenceBatch(set.Features, set.Targets, set.HasIntervals);
        _cancellation = options.Cancellation;
        _values = parameterValues.ToArray();
        _washout = options.Washout;
    }

    /// <summary>
    /// Whether any target of the set counts: one that is known, lies behind the washout and has a positive weight.
    /// </summary>
    public static bool CanJudge(SequenceModelOptions model, TrainingOptions options, SequenceSource source)
    {
        var loss = TaskLoss.OfValidation(model.Task, model.Outputs, options);
        foreach (var set in source.Parts(options.Cancellation))
        {
            for (int i = 0; i < set.Count; i++)
            {
                int washed = set.Targets.Axis == AnswerAxis.Step ? Math.Min(options.Washout, set.Length(i)) : 0;
                int classes = washed * set.Targets.ClassWidth, values = washed * set.Targets.ValueWidth;
                if (loss.Weight(new TargetRows(set.Classes(i)[classes..], set.TargetsOf(i)[values..])) > 0)
                    return true;
            }
        }
        return false;
    }

    /// <summary>Scores the set with the engine's present parameters.</summary>
    public (double Loss, double Metric) Run(ISequenceEngine engine)
    {
        var total = new Total(TaskMetric.Of(_model.Options.Task, _model.Options.Outputs));
        foreach (var part in _set.Parts(_cancellation))
        {
            int[] order = part == _set ? _order ??= BatchOrder.ByLength(part) : BatchOrder.ByLength(part);
            Run(engine, part, order, total);
        }
        return (total.Loss / total.Weight, total.Metric.Value);
    }

    private void Run(ISequenceEngine engine, SequenceSet set, int[] order, Total total)
    {
        int outputs = _model.Options.Outputs;
        for (int start = 0; start < order.Length;)
        {
            int count = 1;
            while (start + count < order.Length && (count + 1L) * set.Length(order[start + count]) <= BatchRows)
                count++;
            _batch.Fill(set, order.AsSpan(start, count), _washout);
            start += count;
            int length = _batch.OutputLength(outputs), perSequence = length / count;
            if (_outputs.Length < length)
                _outputs = new float[length];
            engine.Predict(_batch, _outputs.AsSpan(0, length));
            for (int i = 0; i < count; i++)
            {
                var answers = _outputs.AsSpan(i * perSequence, _batch.Targets.Rows(_batch.Lengths[i]) * outputs);
                var targets = Targets(i);
                total.Loss += _loss.Value(answers, targets);
                total.Weight += _loss.Weight(targets);
                total.Metric.Add(answers, targets);
            }
        }
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

    private sealed class Total(TaskMetric metric)
    {
        public TaskMetric Metric { get; } = metric;

        public double Loss { get; set; }

        public double Weight { get; set; }
    }
}
