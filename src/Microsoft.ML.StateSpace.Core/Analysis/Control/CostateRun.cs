using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>
/// The memory with which one thread takes one sequence at a time through a network, and the loss back from any of its rows. Dropout is
/// off. What goes back through the streams is seen by a <see cref="CostateObserver"/>.
/// </summary>
internal sealed class CostateRun
{
    private const long LargestArena = 100 << 20; // floats; above this, operations are computed again on the way back

    private readonly SequenceNetwork _network;
    private readonly TaskLoss _loss;
    private readonly ParameterSet _parameters;
    private readonly float[] _prepared;
    private readonly float[] _gradients;
    private readonly Workspace _workspace;
    private readonly SequenceBatch _batch;
    private bool _isFresh; // whether what operations kept is that of the pass forward

    public CostateRun(SequenceNetwork network, TaskLoss loss, ParameterSet parameters, float[] prepared, SequenceSet set)
    {
        (_network, _loss, _parameters, _prepared) = (network, loss, parameters, prepared);
        _gradients = new float[parameters.Values.Length + network.Layout.GradedLength];
        _workspace = new Workspace(network, LargestArena);
        _batch = new SequenceBatch(set.Features, set.Targets, set.HasIntervals);
    }

    public int Rows => _workspace.Rows;

    /// <summary>The gradient of the parameters, of all that went back since <see cref="Clear"/>.</summary>
    public ReadOnlySpan<float> Gradient => Gradients.Values;

    private Weights Weights => new(_parameters.Values, _prepared);

    private Gradients Gradients
        => new(_gradients.AsSpan(0, _parameters.Values.Length), _gradients.AsSpan(_parameters.Values.Length));

    private bool IsPooled => _network.Head.IsPooled;

    private Schedule Schedule => _workspace.Schedule;

    private Span<float> LastGradient => _workspace.Memory.Gradient(Stream(_network.Branches));

    /// <summary>Takes a sequence forward. The targets of its first <paramref name="washout"/> steps do not count.</summary>
    public void Forward(SequenceSet set, int index, int washout)
    {
        _batch.Fill(set, [index], washout);
        _workspace.Pack(_parameters.Values, _batch, 0, 1, ArenaUse.Study);
        Forward();
    }

    /// <summary>The sum of the losses of some rows of the answer.</summary>
    public double Loss(int first, int count)
        => _loss.Value(
            _workspace.Output.Slice(first * _network.Options.Outputs, count * _network.Options.Outputs), Targets(first, count));

    /// <summary>The weight of some rows of the answer; 0 where none of their targets is known.</summary>
    public double Weight(int first, int count) => _loss.Weight(Targets(first, count));

    public void Clear() => _gradients.AsSpan().Clear();

    /// <summary>Begins the way back with the derivative of the loss of some rows of the answer, times a scale.</summary>
    public void Enter(double scale, int first, int count)
    {
        var gradient = _workspace.OutputGradient;
        int outputs = _network.Options.Outputs;
        _loss.Derivative(_workspace.Output, _workspace.Targets, scale, gradient);
        gradient[..(first * outputs)].Clear();
        gradient[((first + count) * outputs)..].Clear();
        Run(Schedule.Forward, Start(_network.Branches), null);
    }

    /// <summary>Behind <see cref="Enter"/>: the gradient of the last stream, (rows, width).</summary>
    public float[] LastCostates() => LastGradient.ToArray();

    /// <summary>Sets some rows of the gradient of the last stream, and all others to zero.</summary>
    public void SetLastCostates(ReadOnlySpan<float> rows, int first)
    {
        LastGradient.Clear();
        rows.CopyTo(LastGradient[(first * _network.Width)..]);
    }

    /// <summary>
    /// Behind <see cref="Enter"/> of a task with one answer: lets the pooled vector be the last row of the stream, so that the loss acts at
    /// the last step alone.
    /// </summary>
    public void ActAtLastRow()
        => SetLastCostates(_workspace.Memory.Gradient(_network.Pooled!)[.._network.Width], Rows - 1);

    /// <summary>The way back through all layers and the encoder, with what is seen on it.</summary>
    public void Backward(CostateObserver? observer = null)
    {
        if (!_isFresh)
            Forward();
        var states = observer is { SeesStates: true } ? observer : null;
        for (int stream = _network.Branches; stream >= 0; stream--)
        {
            observer?.SeeStream(stream, _workspace.Memory.Value(Stream(stream)), _workspace.Memory.Gradient(Stream(stream)));
            Run(Start(stream), stream == 0 ? Schedule.Steps.Length : Start(stream - 1), states);
        }
        _isFresh = Schedule.IsRepeatable;
    }

    /// <summary>Takes the gradient of prepared values on to the parameters.</summary>
    /// <remarks>Some layers have working memory for it, so one thread at a time does.</remarks>
    public void Finish()
    {
        lock (_network)
            _network.PrepareBackward(Weights, Gradients);
    }

    // Gradients have places of their own and stay.
    private void Forward()
    {
        _workspace.Forward(Weights);
        _isFresh = true;
    }

    private ValueId Stream(int stream) => _network.Program.Streams[stream];

    // The first step that takes a stream back.
    private int Start(int stream) => Schedule.StepOf(Stream(stream), Work.Backward);

    private void Run(int first, int end, IStateObserver? observer)
        => _workspace.Memory.Run(first, end, _workspace.Pass(Weights, 0) with { Observer = observer }, Gradients);

    private TargetRows Targets(int first, int count)
    {
        var layout = _network.Head.Targets;
        var targets = _workspace.Targets;
        return new(
            targets.Classes.IsEmpty ? default : targets.Classes.Slice(first * layout.ClassWidth, count * layout.ClassWidth),
            targets.Values.IsEmpty ? default : targets.Values.Slice(first * layout.ValueWidth, count * layout.ValueWidth));
    }
}
