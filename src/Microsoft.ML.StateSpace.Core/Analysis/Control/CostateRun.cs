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
    private const long LargestArena = 100 << 20; // floats; above this, branches are computed again on the way back

    private readonly SequenceNetwork _network;
    private readonly TaskLoss _loss;
    private readonly ParameterSet _parameters;
    private readonly float[] _prepared;
    private readonly float[] _gradients;
    private readonly Workspace _workspace;
    private readonly SequenceBatch _batch;
    private ArenaUse _use;
    private bool _isFresh; // whether what branches kept is that of the pass forward

    public CostateRun(SequenceNetwork network, TaskLoss loss, ParameterSet parameters, float[] prepared, SequenceSet set)
    {
        (_network, _loss, _parameters, _prepared) = (network, loss, parameters, prepared);
        _gradients = new float[parameters.Values.Length + network.Layout.GradedLength];
        _workspace = new Workspace(network);
        _batch = new SequenceBatch(set.Features, set.Targets, set.HasIntervals);
    }

    public int Rows => _workspace.Rows;

    /// <summary>The gradient of the parameters, of all that went back since <see cref="Clear"/>.</summary>
    public ReadOnlySpan<float> Gradient => Gradients.Values;

    private Weights Weights => new(_parameters.Values, _prepared);

    private Gradients Gradients
        => new(_gradients.AsSpan(0, _parameters.Values.Length), _gradients.AsSpan(_parameters.Values.Length));

    private bool IsPooled => _network.Head.IsPooled;

    private Span<float> LastGradient => _workspace.Plan.Gradient(_network.Branches).Of(_workspace.Arena);

    /// <summary>Takes a sequence forward. The targets of its first <paramref name="washout"/> steps do not count.</summary>
    public void Forward(SequenceSet set, int index, int washout)
    {
        _batch.Fill(set, [index], washout);
        _use = _network.Plan(set.Length(index), 1, ArenaUse.Train).Length <= LargestArena ? ArenaUse.Train : ArenaUse.TrainRecomputing;
        _workspace.Pack(_parameters.Values, _batch, 0, 1, _use);
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
        _network.DecodeBackward(Pass(null), _workspace.Plan, gradient, _workspace.Arena, Gradients);
        if (IsPooled)
            _network.PoolRowsBackward(Pass(null), _workspace.Plan, _workspace.Arena, Gradients);
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
        => SetLastCostates(_workspace.Plan.PooledGradient.Of(_workspace.Arena)[.._network.Width], Rows - 1);

    /// <summary>The way back through all layers and the encoder, with what is seen on it.</summary>
    public void Backward(CostateObserver? observer = null)
    {
        if (!_isFresh)
            Forward();
        var plan = _workspace.Plan;
        var arena = _workspace.Arena;
        var pass = Pass(observer is { SeesStates: true } ? observer : null);
        for (int index = _network.Branches - 1; index >= 0; index--)
        {
            observer?.SeeStream(index + 1, plan.Stream(index + 1).Of(arena), plan.Gradient(index + 1).Of(arena));
            if (plan.MustRecompute(index))
            {
                for (int phase = 0; phase <= _network.Branch(index).Carries; phase++)
                    _network.ForwardBranch(index, phase, pass, plan, arena);
            }
            for (int phase = _network.Branch(index).Carries; phase >= 0; phase--)
                _network.BackwardBranch(index, phase, pass, plan, arena, Gradients);
        }
        observer?.SeeStream(0, plan.Stream(0).Of(arena), plan.Gradient(0).Of(arena));
        _network.EncodeBackward(pass, plan, arena, Gradients);
        _isFresh = _use == ArenaUse.Train;
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

    private Pass Pass(IStateObserver? observer) => _workspace.Pass(Weights, 0) with { Observer = observer };

    private TargetRows Targets(int first, int count)
    {
        var layout = _network.Head.Targets;
        var targets = _workspace.Targets;
        return new(
            targets.Classes.IsEmpty ? default : targets.Classes.Slice(first * layout.ClassWidth, count * layout.ClassWidth),
            targets.Values.IsEmpty ? default : targets.Values.Slice(first * layout.ValueWidth, count * layout.ValueWidth));
    }
}
