using System.Numerics.Tensors;
using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Benchmarks.Compare;

/// <summary>
/// Runs a layer as the engine does on one long sequence. The sequence is cut into pieces, which threads work on side by side up to the
/// steps in which they meet: then the states, or their gradients, are handed from each piece to the next.
/// </summary>
internal sealed class PiecedLayerRunner : ILayerRunner
{
    private const int Pieces = PieceRun.MostPieces;

    private readonly LayerCase _case;
    private readonly LayerProgram _program;
    private readonly Workers _workers;
    private readonly float[] _prepared;
    private readonly Memory<float> _output, _inputGradient;
    private readonly PassMemory[] _memories;
    private readonly bool[] _isFirst = [true, .. new bool[Pieces - 1]];
    private readonly float[][] _sums;
    private readonly int[][] _starts;
    private readonly Action<int, int> _work, _carry;
    private Schedule _schedule = null!;
    private int _first, _end;

    public PiecedLayerRunner(LayerCase layerCase, int threads)
    {
        (_case, _program, _workers) = (layerCase, ProgramBuilder.Of(layerCase.Layer), new Workers(threads));
        _prepared = new float[layerCase.Layout.PreparedLength];
        _output = AlignedRows.Of(layerCase.Input.Length);
        _inputGradient = AlignedRows.Of(layerCase.Input.Length);
        _starts = [.. Enumerable.Range(0, Pieces).Select(i => (int[])[0, Start(i + 1) - Start(i)])];
        _memories = [.. _starts.Select(_ => new PassMemory(_program))];
        _sums = [.. _starts.Select(_ => new float[layerCase.Parameters.Values.Length + layerCase.Layout.GradedLength])];
        Gradients = new ParameterSet(layerCase.Parameters.Parameters);
        _work = Run;
        _carry = (_, part) => Meeting.Carry(_schedule.Steps[_first], part, _memories, _isFirst, Weights);
    }

    public ReadOnlySpan<float> Output => _output.Span;

    public ReadOnlySpan<float> InputGradient => _inputGradient.Span;

    public ParameterSet Gradients { get; }

    private Weights Weights => new(_case.Parameters.Values, _prepared);

    public void Forward() => Run(ArenaUse.Score);

    public void Train()
    {
        Run(ArenaUse.Train);
        for (int i = 1; i < Pieces; i++)
            TensorPrimitives.Add(_sums[0], _sums[i], _sums[0]);
        _case.Layer.PrepareBackward(Weights, Sums(0));
        Sums(0).Values.CopyTo(Gradients.Values);
    }

    public void Dispose() => _workers.Dispose();

    private void Run(ArenaUse use)
    {
        _case.Layer.Prepare(Weights);
        _schedule = _program.ScheduleFor(use);
        var steps = _schedule.Steps;
        for (_first = 0; _first < steps.Length; _first = _end)
        {
            _end = _first + 1;
            if (steps[_first].IsMeeting)
            {
                Meeting.Begin(steps[_first], _memories);
                _workers.Run(Meeting.Parts(steps[_first]), _carry);
                continue;
            }
            while (_end < steps.Length && !steps[_end].IsMeeting)
                _end++;
            _workers.Run(Pieces, _work);
        }
    }

    private void Run(int worker, int i)
    {
        var memory = _memories[i];
        if (_first == 0)
            Begin(memory, i);
        var pass = new Pass { Weights = Weights, Starts = _starts[i], Scratch = default, IsPiece = true };
        memory.Run(_first, _end, pass, Sums(i));
    }

    private void Begin(PassMemory memory, int i)
    {
        memory.Plan(_schedule, new Extent(_starts[i][1], 1));
        memory.Take();
        _sums[i].AsSpan().Clear();
        memory.Lend(_schedule.Values[_program.Input.Index], Of(_case.Input, i));
        memory.Lend(_schedule.Values[_program.Output.Index], Of(_output, i));
        if (_schedule.Steps.Length == _schedule.Forward)
            return;
        memory.Lend(_schedule.Gradients[_program.Output.Index], Of(_case.OutputGradient, i));
        memory.Lend(_schedule.Gradients[_program.Input.Index], Of(_inputGradient, i));
    }

    private int Start(int piece) => PieceRun.Cut(_case.Rows, piece, Pieces);

    private Memory<float> Of(Memory<float> rows, int piece) => rows.Slice(Start(piece) * _case.Size, _starts[piece][1] * _case.Size);

    private Gradients Sums(int piece)
        => new(_sums[piece].AsSpan(0, _case.Parameters.Values.Length), _sums[piece].AsSpan(_case.Parameters.Values.Length));
}
