using System.Numerics.Tensors;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Benchmarks.Compare;

/// <summary>
/// Runs a layer as the engine does on one long sequence. The sequence is cut into pieces, which threads work on side by side in
/// phases. Between two phases the states, or their gradients, are handed from each piece to the next.
/// </summary>
internal sealed class PiecedLayerRunner : ILayerRunner
{
    private const int Pieces = PieceRun.MostPieces;

    private readonly LayerCase _case;
    private readonly ScanLayer _core;
    private readonly Workers _workers;
    private readonly float[] _prepared, _output, _inputGradient;
    private readonly float[][] _kept, _scratch, _sums;
    private readonly int[][] _starts;
    private readonly Action<int, int>[] _forward, _backward;

    public PiecedLayerRunner(LayerCase layerCase, int threads)
    {
        (_case, _core, _workers) = (layerCase, (ScanLayer)layerCase.Layer, new Workers(threads));
        _prepared = new float[layerCase.Layout.PreparedLength];
        _output = new float[layerCase.Input.Length];
        _inputGradient = new float[layerCase.Input.Length];
        int[] rows = [.. Enumerable.Range(0, Pieces).Select(i => Start(i + 1) - Start(i))];
        _starts = [.. rows.Select(count => (int[])[0, count])];
        _kept = [.. rows.Select(count => new float[_core.KeptSize(count, 1)])];
        _scratch = [.. rows.Select(count => new float[_core.ScratchSize(count, 1)])];
        _sums = [.. rows.Select(_ => new float[layerCase.Parameters.Values.Length + layerCase.Layout.GradedLength])];
        Gradients = new ParameterSet(layerCase.Parameters.Parameters);
        _forward = [.. Phases.Select(
            phase => (Action<int, int>)((_, i) => _core.ForwardPhase(phase, Pass(i), Of(_case.Input, i), Of(_output, i), _kept[i])))];
        _backward = [.. Phases.Select(phase => (Action<int, int>)((_, i) => Backward(phase, i)))];
    }

    public ReadOnlySpan<float> Output => _output;

    public ReadOnlySpan<float> InputGradient => _inputGradient;

    public ParameterSet Gradients { get; }

    private Weights Weights => new(_case.Parameters.Values, _prepared);

    private IEnumerable<int> Phases => Enumerable.Range(0, _core.Carries + 1);

    public void Forward()
    {
        _case.Layer.Prepare(Weights);
        _workers.Run(Pieces, _forward[0]);
        for (int carry = 0; carry < _core.Carries; carry++)
        {
            for (int i = 0; i < Pieces; i++)
                _core.ClearEdges(carry, Rows(i), _kept[i]);
            for (int i = 1; i < Pieces; i++)
                _core.ForwardCarry(carry, Weights, Rows(i - 1), _kept[i - 1], Rows(i), _kept[i], reverse: false);
            _workers.Run(Pieces, _forward[carry + 1]);
        }
    }

    public void Train()
    {
        Forward();
        _workers.Run(Pieces, _backward[^1]);
        for (int carry = _core.Carries - 1; carry >= 0; carry--)
        {
            for (int i = 0; i < Pieces; i++)
                _core.ClearGradientEdges(carry, Rows(i), _scratch[i]);
            for (int i = Pieces - 1; i > 0; i--)
                _core.BackwardCarry(carry, Weights, Rows(i), _scratch[i], Rows(i - 1), _scratch[i - 1], reverse: false);
            _workers.Run(Pieces, _backward[carry]);
        }
        for (int i = 1; i < Pieces; i++)
            TensorPrimitives.Add(_sums[0], _sums[i], _sums[0]);
        _case.Layer.PrepareBackward(Weights, Sums(0));
        Sums(0).Values.CopyTo(Gradients.Values);
    }

    public void Dispose() => _workers.Dispose();

    private void Backward(int phase, int i)
    {
        if (phase == _core.Carries)
        {
            _sums[i].AsSpan().Clear();
            Of(_inputGradient, i).Clear();
        }
        _core.BackwardPhase(phase, Pass(i), Of(_case.Input, i), _kept[i], Of(_case.OutputGradient, i), Of(_inputGradient, i), Sums(i));
    }

    private int Start(int piece) => PieceRun.Cut(_case.Rows, piece, Pieces);

    private int Rows(int piece) => _starts[piece][1];

    private Span<float> Of(float[] rows, int piece) => rows.AsSpan(Start(piece) * _case.Size, Rows(piece) * _case.Size);

    private Pass Pass(int piece) => new() { Weights = Weights, Starts = _starts[piece], Scratch = _scratch[piece], IsPiece = true };

    private Gradients Sums(int piece)
        => new(_sums[piece].AsSpan(0, _case.Parameters.Values.Length), _sums[piece].AsSpan(_case.Parameters.Values.Length));
}
