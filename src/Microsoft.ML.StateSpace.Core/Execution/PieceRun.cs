using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Sequences;

namespace Microsoft.ML.StateSpace.Execution;

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
    public const int MostPieces = Shards.Most; // each takes the place of a shard: its workspace, its gradient
    public const int Grain = 64; // every piece but a sequence's last is a multiple of it, so no piece ends inside a chunk of a layer
    public const int FewestRows = 1024; // rows of a piece; with fewer, the threads would work too little between two meetings
    public const long LargestArena = 256 << 20; // floats of all pieces; above this, operations are computed again in the backward pass

    private readonly INetwork _network;
    private readonly Workspaces _workspaces;
    private readonly BudgetChoice _choice;
    private readonly Piece[] _pieces = new Piece[MostPieces];
    private readonly Extent[] _extents = new Extent[MostPieces];
    private readonly PassMemory[] _memories = new PassMemory[MostPieces];
    private readonly bool[] _isFirst = new bool[MostPieces];
    private readonly int[] _winners;
    private readonly int _fewestRows;

    public PieceRun(INetwork network, Workspaces workspaces, int fewestRows = FewestRows)
    {
        (_network, _workspaces, _fewestRows) = (network, workspaces, fewestRows);
        _choice = new BudgetChoice(network.Program);
        _winners = new int[network.Pooled is { } pooled ? MostPieces / 2 * network.Program.Values[pooled.Index].Width : 0];
    }

    public int Count { get; private set; }

    /// <summary>The order of work of all pieces.</summary>
    public Schedule Schedule { get; private set; } = null!;

    public Piece this[int index] => _pieces[index];

    public Workspace Workspace(int index) => _workspaces[index];

    /// <summary>
    /// Cuts the sequences into pieces. Returns false where that is not worth it, because there are enough sequences or they are too short,
    /// and where a layer of the network cannot be cut, or examples are pairs.
    /// </summary>
    public bool Cut(SequenceBatch batch)
    {
        Count = 0;
        if (2 * batch.Count > MostPieces || batch.Length < 2 * _fewestRows || _network.HasPairs || !_network.Program.CanBeCut)
            return false;
        for (int s = 0; s < batch.Count; s++)
        {
            int length = batch.Lengths[s], pieces = Math.Clamp(length / _fewestRows, 1, MostPieces / batch.Count);
            for (int i = 0; i < pieces; i++)
            {
                int start = Cut(length, i, pieces), end = Cut(length, i + 1, pieces);
                _extents[Count] = new Extent(end - start, 1);
                _pieces[Count++] = new Piece(s, start, end - start);
            }
        }
        Schedule = _choice.For(ArenaUse.Train, _extents.AsSpan(0, Count), _workspaces.Budget);
        return true;
    }

    /// <summary>The time step at which piece <paramref name="i"/> of a sequence begins.</summary>
    public static int Cut(int length, int i, int pieces) => i == pieces ? length : (int)((long)length * i / pieces) / Grain * Grain;

    /// <summary>Begins a step in which the pieces meet, and returns the number of its parts.</summary>
    public int BeginMeeting(ScheduledStep step)
    {
        for (int i = 0; i < Count; i++)
            (_memories[i], _isFirst[i]) = (_workspaces[i].Memory, _pieces[i].IsFirst);
        Meeting.Begin(step, _memories.AsSpan(0, Count));
        return Meeting.Parts(step);
    }

    /// <summary>Does a part of a meeting.</summary>
    public void Carry(ScheduledStep step, int part, Weights weights)
        => Meeting.Carry(step, part, _memories.AsSpan(0, Count), _isFirst.AsSpan(0, Count), weights);

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
            int end = first + PiecesFrom(first), length = RowsFrom(first), width = PooledGradient(first).Length;
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

    private Span<float> Pooled(int piece) => _workspaces[piece].Memory.Value(_network.Pooled!);

    private Span<float> PooledGradient(int piece) => _workspaces[piece].Memory.Gradient(_network.Pooled!);
}
