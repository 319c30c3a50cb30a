using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// Forward, loss and backward of a batch of few long sequences, which threads share piece by piece (see <see cref="PieceRun"/>). Each piece
/// has a gradient and a loss of its own.
/// </summary>
/// <param name="model">The network.</param>
/// <param name="parameters">Its parameters; they may change between two runs.</param>
/// <param name="prepared">The values prepared from them.</param>
/// <param name="loss">The loss.</param>
/// <param name="workers">The threads.</param>
/// <param name="pieces">The pieces.</param>
/// <param name="cancellation">Ends a run early, with results that are not to be used.</param>
internal sealed class PiecePass(
    SequenceNetwork model, ParameterSet parameters, float[] prepared, TaskLoss loss, Workers workers, PieceRun pieces,
    CancellationToken cancellation)
{
    private SequenceBatch _batch = new(1, TargetLayout.Classes);
    private float[]?[] _gradients = [];
    private double[] _losses = [];
    private double _scale;
    private ulong _dropoutKey;
    private int _firstStep;
    private int _endStep;
    private Action<int, int>? _work;

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
        var steps = pieces.Steps;
        int count = forwardOnly ? PieceSteps.UpToLoss(steps) : steps.Length;
        for (_firstStep = 0; _firstStep < count && !cancellation.IsCancellationRequested; _firstStep = _endStep)
        {
            // Steps in which pieces do not meet are done one after the other, by the same worker for a piece, up to the next step in which
            // they do meet.
            var step = steps[_firstStep];
            _endStep = _firstStep + 1;
            if (step.IsMeeting)
            {
                Meet(step);
                continue;
            }
            while (_endStep < count && !steps[_endStep].IsMeeting)
                _endStep++;
            workers.Run(pieces.Count, _work);
        }
    }

    private void Meet(PieceStep step)
    {
        switch (step.Work)
        {
            case PieceWork.CarryForward: pieces.CarryForward(step.Branch, step.Phase, Weights); break;
            case PieceWork.CarryBackward: pieces.CarryBackward(step.Branch, step.Phase, Weights); break;
            default: DecodePooled(); break;
        }
    }

    private void RunPiece(int worker, int index)
    {
        foreach (var step in pieces.Steps[_firstStep.._endStep])
        {
            if (cancellation.IsCancellationRequested)
                return;
            RunPiece(index, step);
        }
    }

    private void RunPiece(int index, PieceStep step)
    {
        var workspace = pieces.Workspace(index);
        if (step.Work == PieceWork.Encode)
        {
            var piece = pieces[index];
            _gradients[index].AsSpan().Clear();
            _losses[index] = 0;
            workspace.PackPiece(parameters.Values, _batch, piece.Sequence, piece.Start, piece.Rows, pieces.Use);
        }
        var pass = workspace.Pass(Weights, _dropoutKey);
        var plan = workspace.Plan;
        switch (step.Work)
        {
            case PieceWork.Encode: model.Encode(pass, plan, workspace.Input, workspace.Arena); break;
            case PieceWork.Forward: model.ForwardBranch(step.Branch, step.Phase, pass, plan, workspace.Arena); break;
            case PieceWork.PoolRows: model.PoolRows(pass, plan, workspace.Arena); break;
            case PieceWork.DecodeRows: Decode(index); break;
            case PieceWork.PoolRowsBackward: model.PoolRowsBackward(pass, plan, workspace.Arena, GradientsOf(index)); break;
            case PieceWork.Backward: model.BackwardBranch(step.Branch, step.Phase, pass, plan, workspace.Arena, GradientsOf(index)); break;
            default: model.EncodeBackward(pass, plan, workspace.Arena, GradientsOf(index)); break;
        }
    }

    private void DecodePooled()
    {
        pieces.Pool(model.PoolingKind);
        for (int first = 0; first < pieces.Count; first += pieces.PiecesFrom(first))
            Decode(first);
        pieces.PoolBackward(model.PoolingKind);
    }

    private void Decode(int piece)
    {
        var workspace = pieces.Workspace(piece);
        var pass = workspace.Pass(Weights, _dropoutKey);
        model.Decode(pass, workspace.Plan, workspace.Output, workspace.Arena);
        loss.Derivative(workspace.Output, workspace.Targets, _scale, workspace.OutputGradient);
        _losses[piece] = loss.Value(workspace.Output, workspace.Targets);
        model.DecodeBackward(pass, workspace.Plan, workspace.OutputGradient, workspace.Arena, GradientsOf(piece));
    }

    private Gradients GradientsOf(int piece)
        => new(_gradients[piece].AsSpan(0, parameters.Values.Length), _gradients[piece].AsSpan(parameters.Values.Length));
}
