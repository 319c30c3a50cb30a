using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Execution;

/// <summary>
/// Forward, loss and backward of a batch of few long sequences, which threads share piece by piece (see <see cref="PieceRun"/>). Each piece
/// has a gradient and a loss of its own.
/// </summary>
/// <param name="network">The network.</param>
/// <param name="parameters">Its parameters; they may change between two runs.</param>
/// <param name="prepared">The values prepared from them.</param>
/// <param name="loss">The loss.</param>
/// <param name="workers">The threads.</param>
/// <param name="pieces">The pieces.</param>
/// <param name="cancellation">Ends a run early, with results that are not to be used.</param>
internal sealed class PiecePass(
    INetwork network, ParameterSet parameters, float[] prepared, TaskLoss loss, Workers workers, PieceRun pieces,
    CancellationToken cancellation)
{
    private SequenceBatch _batch = new(1, TargetLayout.Classes);
    private float[]?[] _gradients = [];
    private double[] _losses = [];
    private double _scale;
    private ulong _dropoutKey;
    private int _first;
    private int _end;
    private Action<int, int>? _work, _carry;

    private Weights Weights => new(parameters.Values, prepared);

    /// <summary>Runs the batch that <see cref="PieceRun.Cut(SequenceBatch)"/> has cut.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="scale">What derivatives of the loss are multiplied by.</param>
    /// <param name="dropoutKey">Key of the random masks; 0 drops nothing.</param>
    /// <param name="gradients">The gradient of each piece, parameters before prepared values; assigned.</param>
    /// <param name="losses">The loss of each piece, or of each pooled sequence in the place of its first piece; assigned.</param>
    /// <param name="forwardOnly">Whether to end behind the losses; then the gradients are of no use.</param>
    public void Run(
        SequenceBatch batch, double scale, ulong dropoutKey, float[]?[] gradients, double[] losses, bool forwardOnly = false)
    {
        (_batch, _scale, _dropoutKey, _gradients, _losses) = (batch, scale, dropoutKey, gradients, losses);
        _work ??= RunPiece;
        _carry ??= Carry;
        var schedule = pieces.Schedule;
        var steps = schedule.Steps;
        int end = forwardOnly ? schedule.Forward : steps.Length;
        var (pooled, back) = network.Pooled is { } value ? (schedule.EndOf(value), schedule.StepOf(value, Work.Backward)) : (-1, -1);
        for (_first = 0; _first < end && !cancellation.IsCancellationRequested; _first = _end)
        {
            if (steps[_first].IsMeeting)
            {
                workers.Run(pieces.BeginMeeting(steps[_first]), _carry);
                _end = _first + 1;
            }
            else if (_first == pooled)
            {
                DecodePooled(pooled, back, forwardOnly);
                _end = forwardOnly ? end : back;
            }
            else
            {
                // Steps in which pieces do not meet are done one after the other, by the same worker for a piece.
                for (_end = _first + 1; _end < end && !steps[_end].IsMeeting && _end != pooled;)
                    _end++;
                workers.Run(pieces.Count, _work);
            }
        }
    }

    private void RunPiece(int worker, int index)
    {
        var workspace = pieces.Workspace(index);
        int answered = pieces.Schedule.Forward;
        if (_first == 0)
        {
            _gradients[index].AsSpan().Clear();
            _losses[index] = 0;
            workspace.PackPiece(parameters.Values, _batch, pieces[index], pieces.Schedule);
        }
        if (_first < answered && answered <= _end)
        {
            workspace.Run(_first, answered, Weights, GradientsOf(index), _dropoutKey);
            Lose(index);
            workspace.Run(answered, _end, Weights, GradientsOf(index), _dropoutKey);
        }
        else
        {
            workspace.Run(_first, _end, Weights, GradientsOf(index), _dropoutKey);
        }
    }

    private void Carry(int worker, int part) => pieces.Carry(pieces.Schedule.Steps[_first], part, Weights);

    // The answer to a pooled sequence is decoded in the place of its first piece.
    private void DecodePooled(int pooled, int back, bool forwardOnly)
    {
        int answered = pieces.Schedule.Forward;
        pieces.Pool(network.PoolingKind);
        for (int first = 0; first < pieces.Count; first += pieces.PiecesFrom(first))
        {
            var workspace = pieces.Workspace(first);
            workspace.Run(pooled, answered, Weights, GradientsOf(first), _dropoutKey);
            Lose(first);
            if (!forwardOnly)
                workspace.Run(answered, back, Weights, GradientsOf(first), _dropoutKey);
        }
        if (!forwardOnly)
            pieces.PoolBackward(network.PoolingKind);
    }

    private void Lose(int piece)
    {
        var workspace = pieces.Workspace(piece);
        loss.Derivative(workspace.Output, workspace.Targets, _scale, workspace.OutputGradient);
        _losses[piece] = loss.Value(workspace.Output, workspace.Targets);
    }

    private Gradients GradientsOf(int piece)
        => new(_gradients[piece].AsSpan(0, parameters.Values.Length), _gradients[piece].AsSpan(parameters.Values.Length));
}
