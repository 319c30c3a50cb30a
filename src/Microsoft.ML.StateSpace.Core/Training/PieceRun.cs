using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>A piece of a sequence: <paramref name="Rows"/> time steps from <paramref name="Start"/> on.</summary>
internal readonly record struct Piece(int Sequence, int Start, int Rows)
{
    public bool IsFirst => Start == 0;
}

/// <summary>
/// A batch of few long sequences, each cut into pieces at places that depend on the lengths alone. The pieces go through the model side by
/// side, phase by phase. Between two phases the states (or their gradients) are handed from piece to piece. Each piece has a workspace of
/// its own.
/// </summary>
internal sealed class PieceRun
{
    public const int MostPieces = 8;
    public const int Grain = 64; // every piece but a sequence's last is a multiple of it, so no piece ends inside a chunk of a layer
    public const int FewestRows = 1024; // rows of a piece; with fewer, the threads would work too little between two meetings
    public const int LargestArena = 100 << 20; // floats of all pieces; above this, branches are computed again in the backward pass

    private readonly SequenceNetwork _model;
    private readonly Workspace[] _workspaces;
    private readonly Piece[] _pieces = new Piece[MostPieces];
    private readonly int[] _winners;
    private readonly int _largestArena;
    private readonly int _fewestRows;
    private readonly PieceStep[] _steps;
    private readonly PieceStep[] _recomputingSteps;

    public PieceRun(SequenceNetwork model, int largestArena, int fewestRows = FewestRows)
    {
        _model = model;
        _fewestRows = fewestRows;
        _largestArena = largestArena;
        _workspaces = [.. Enumerable.Range(0, MostPieces).Select(_ => new Workspace(model))];
        _winners = new int[MostPieces / 2 * model.PooledWidth];
        _steps = PieceSteps.Of(model, recomputing: false);
        _recomputingSteps = PieceSteps.Of(model, recomputing: true);
    }

    public int Count { get; private set; }

    public ArenaUse Use { get; private set; }

    /// <summary>The steps of a training pass, in order.</summary>
    public ReadOnlySpan<PieceStep> Steps => Use == ArenaUse.TrainRecomputing ? _recomputingSteps : _steps;

    public Piece this[int index] => _pieces[index];

    public Workspace Workspace(int index) => _workspaces[index];

    /// <summary>
    /// Cuts the sequences into pieces. Returns false where that is not worth it, because there are enough sequences or they are too short,
    /// and where a layer of the model cannot be cut.
    /// </summary>
    public bool Cut(SequenceBatch batch)
    {
        Count = 0;
        if (2 * batch.Count > MostPieces || batch.Length < 2 * _fewestRows || !_model.CanBeCut)
            return false;
        for (int s = 0; s < batch.Count; s++)
        {
            int length = batch.Lengths[s], pieces = Math.Clamp(length / _fewestRows, 1, MostPieces / batch.Count);
            for (int i = 0; i < pieces; i++)
            {
                int start = Cut(length, i, pieces), end = Cut(length, i + 1, pieces);
                _pieces[Count++] = new Piece(s, start, end - start);
            }
        }
        long arena = 0;
        for (int i = 0; i < Count; i++)
            arena += _model.Plan(_pieces[i].Rows, 1, ArenaUse.Train).Length;
        Use = arena > _largestArena ? ArenaUse.TrainRecomputing : ArenaUse.Train;
        return true;
    }

    /// <summary>The time step at which piece <paramref name="i"/> of a sequence begins.</summary>
    public static int Cut(int length, int i, int pieces) => i == pieces ? length : (int)((long)length * i / pieces) / Grain * Grain;

    /// <summary>
    /// Hands on what neighbouring pieces must know of each other between two phases of a branch, in the order of time and against it.
    /// </summary>
    public void CarryForward(int branch, int carry, Weights weights)
    {
        var layer = _model.Branch(branch);
        for (int i = 0; i < Count; i++)
            layer.ClearEdges(carry, _pieces[i].Rows, Kept(i, branch));
        for (int i = 1; i < Count; i++)
        {
            if (!_pieces[i].IsFirst)
                layer.ForwardCarry(
                    carry, weights, _pieces[i - 1].Rows, Kept(i - 1, branch), _pieces[i].Rows, Kept(i, branch), reverse: false);
        }
        for (int i = Count - 1; i > 0; i--)
        {
            if (!_pieces[i].IsFirst)
                layer.ForwardCarry(
                    carry, weights, _pieces[i].Rows, Kept(i, branch), _pieces[i - 1].Rows, Kept(i - 1, branch), reverse: true);
        }
    }

    /// <summary>Hands the gradients on between two phases of a branch, against the order of each scan.</summary>
    public void CarryBackward(int branch, int carry, Weights weights)
    {
        var layer = _model.Branch(branch);
        for (int i = 0; i < Count; i++)
            layer.ClearGradientEdges(carry, _pieces[i].Rows, Scratch(i));
        for (int i = Count - 1; i > 0; i--)
        {
            if (!_pieces[i].IsFirst)
                layer.BackwardCarry(carry, weights, _pieces[i].Rows, Scratch(i), _pieces[i - 1].Rows, Scratch(i - 1), reverse: false);
        }
        for (int i = 1; i < Count; i++)
        {
            if (!_pieces[i].IsFirst)
                layer.BackwardCarry(carry, weights, _pieces[i - 1].Rows, Scratch(i - 1), _pieces[i].Rows, Scratch(i), reverse: true);
        }
    }

    /// <summary>
    /// Combines the pooled vectors of the pieces of each sequence into that of the sequence, in the place of its first piece.
    /// </summary>
    public void Pool(Pooling kind)
    {
        for (int first = 0; first < Count; first += PiecesFrom(first))
        {
            int end = first + PiecesFrom(first), length = RowsFrom(first);
            var pooled = Pooled(first);
            for (int h = 0; h < pooled.Length; h++)
            {
                var here = Layers.Pool.KindAt(kind, h, pooled.Length);
                float value = here == Pooling.Mean ? pooled[h] * _pieces[first].Rows / length : pooled[h];
                int winner = first;
                for (int i = first + 1; i < end; i++)
                {
                    float other = Pooled(i)[h];
                    if (here == Pooling.Mean)
                        value += other * _pieces[i].Rows / length;
                    else if (here == Pooling.Last || other > value)
                        (value, winner) = (other, i);
                }
                pooled[h] = value;
                _winners[_pieces[first].Sequence * pooled.Length + h] = winner;
            }
        }
    }

    /// <summary>Gives each piece its share of the gradient of its sequence's pooled vector.</summary>
    public void PoolBackward(Pooling kind)
    {
        for (int first = 0; first < Count; first += PiecesFrom(first))
        {
            int end = first + PiecesFrom(first), length = RowsFrom(first), width = _model.PooledWidth;
            for (int h = 0; h < width; h++)
            {
                float gradient = PooledGradient(first)[h];
                var here = Layers.Pool.KindAt(kind, h, width);
                for (int i = first; i < end; i++)
                {
                    bool wins = _winners[_pieces[first].Sequence * width + h] == i;
                    PooledGradient(i)[h] = here == Pooling.Mean ? gradient * _pieces[i].Rows / length : wins ? gradient : 0;
                }
            }
        }
    }

    /// <summary>Number of pieces of the sequence whose first piece is <paramref name="first"/>.</summary>
    public int PiecesFrom(int first)
    {
        int count = 1;
        while (first + count < Count && !_pieces[first + count].IsFirst)
            count++;
        return count;
    }

    private int RowsFrom(int first)
    {
        int rows = 0;
        for (int i = first; i < first + PiecesFrom(first); i++)
            rows += _pieces[i].Rows;
        return rows;
    }

    private Span<float> Kept(int piece, int branch) => _workspaces[piece].Plan.Kept(branch).Of(_workspaces[piece].Arena);

    private Span<float> Scratch(int piece) => _workspaces[piece].Plan.Scratch.Of(_workspaces[piece].Arena);

    private Span<float> Pooled(int piece) => _workspaces[piece].Plan.Pooled.Of(_workspaces[piece].Arena);

    private Span<float> PooledGradient(int piece) => _workspaces[piece].Plan.PooledGradient.Of(_workspaces[piece].Arena);
}
