using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// The objective over all training sequences and its gradient, at any parameter values:
/// <c>J = (sum of the weighted losses of all rows) / (sum of their weights) + lambda / 2 |theta|^2</c>. The gradient is made term by term,
/// and the terms are added in double: a term is a sequence, or, of up to four long sequences, a piece of time (see
/// <see cref="PieceRun"/>; the share of the gradient that the rows of the piece bring). From the terms g_j comes the relative residual
/// <c>|sum g_j| / sqrt(n sum |g_j|^2)</c>. Terms are cut and added in an order that depends on the data alone, so the bits do not depend
/// on the number of threads.
/// </summary>
internal sealed class FullBatch : IDisposable
{
    private readonly SequenceNetwork _model;
    private readonly SequenceSet _data;
    private readonly TrainingOptions _options;
    private readonly ParameterSet _parameters;
    private readonly float[] _prepared;
    private readonly TaskLoss _loss;
    private readonly PieceRun _pieces;
    private readonly PiecePass _piecePass;
    private readonly SequenceBatch? _cut; // all sequences, where they are worked on in pieces
    private readonly float[]?[] _pieceGradients;
    private readonly SequenceMemory?[] _memories; // of each thread, once it has had a shard
    private readonly GradientTerms _terms;
    private readonly double[] _losses;
    private readonly int[] _shards; // the first sequence of each shard, then the number of sequences
    private readonly Action<int, int> _runShard;
    private readonly Lock _preparing = new();
    private bool _backward;

    /// <param name="model">The network.</param>
    /// <param name="initial">Parameters, of which the fixed ones are used as they are.</param>
    /// <param name="data">The training sequences, cut into windows where that is asked for.</param>
    /// <param name="options">How to train: the loss, the washout, threads and cancellation.</param>
    /// <param name="regularization">lambda.</param>
    /// <param name="inPieces">Whether few long sequences may be cut into pieces of time.</param>
    public FullBatch(
        SequenceNetwork model, ParameterSet initial, SequenceSet data, TrainingOptions options, double regularization,
        bool inPieces = true)
    {
        (_model, _data, _options, Regularization) = (model, data, options, regularization);
        _parameters = initial.Clone();
        _prepared = new float[model.Layout.PreparedLength];
        _loss = TaskLoss.Of(model.Options.Task, model.Options.Outputs, options);
        Workers = new Workers(Math.Min(options.Threads ?? Environment.ProcessorCount, Execution.Shards.Most));
        _memories = new SequenceMemory?[Workers.Count];
        Trained = TrainedRange.Of(initial);
        _pieces = new PieceRun(
            model, new Workspaces(model, PieceRun.MostPieces, PieceRun.LargestArena, 1, options.Cancellation), PieceRun.Grain);
        _piecePass = new PiecePass(model, _parameters, _prepared, _loss, Workers, _pieces, options.Cancellation);
        if (inPieces && 2 * data.Count <= PieceRun.MostPieces)
        {
            var all = new SequenceBatch(data.Features, data.Targets, data.HasIntervals);
            all.Fill(data, [.. Enumerable.Range(0, data.Count)], options.Washout);
            _cut = _pieces.Cut(all) ? all : null;
        }
        _shards = Shards(data);
        int shards = _cut is null ? _shards.Length - 1 : _pieces.Count;
        _terms = new GradientTerms(initial.Values.Length, shards, Trained);
        _losses = new double[shards];
        _pieceGradients = new float[_cut is null ? 0 : PieceRun.MostPieces][];
        (TotalWeight, Terms) = Weigh();
        _runShard = RunShard;
    }

    /// <summary>lambda, the weight of <c>|theta|^2 / 2</c> in the objective.</summary>
    public double Regularization { get; }

    /// <summary>Which places of the flat buffer are trained; all others keep their values, and have the gradient 0.</summary>
    public IReadOnlyList<Range> Trained { get; }

    /// <summary>The threads; nothing else may run on them while the objective is computed.</summary>
    public Workers Workers { get; }

    /// <summary>The sum of the weights of all rows, by which the losses are divided.</summary>
    public double TotalWeight { get; }

    /// <summary>Number of terms that count: sequences with a target, or pieces of time.</summary>
    public int Terms { get; }

    /// <summary>The network.</summary>
    public SequenceNetwork Model => _model;

    /// <summary>The training sequences.</summary>
    public SequenceSet Data => _data;

    /// <summary>How to train.</summary>
    public TrainingOptions Options => _options;

    /// <summary>The loss of rows, not yet divided by their weight.</summary>
    public TaskLoss Loss => _loss;

    /// <summary>The parameters at which the objective was asked for last.</summary>
    public ParameterSet Parameters => _parameters;

    /// <summary>The parameters at which the objective was asked for last, and what is prepared from them.</summary>
    public Weights Weights => new(_parameters.Values, _prepared);

    /// <summary>Number of parts whose terms are added up by themselves, before the parts are.</summary>
    public int Parts => _losses.Length;

    /// <summary>Where passes backward leave what closed steps of cores need, where a method asks.</summary>
    public CoreCollector? Collector { get; set; }

    /// <summary>
    /// The largest radius of a discrete-time pole; beyond it the objective counts as infinite. The parametrisations keep poles inside of
    /// the unit circle, but rounded to 32 bits a radius may be 1, where normalisations have no derivative.
    /// </summary>
    public double MostRadius { get; set; } = double.PositiveInfinity;

    /// <summary>The largest radius of a pole at the parameters at which the objective was asked for last; 0 where there is none.</summary>
    public double Radius
    {
        get
        {
            double square = 0;
            foreach (var (_, slot, count, placeOf) in _model.Layout.Poles)
            {
                var planes = slot.Of(_prepared.AsSpan());
                for (int n = 0; n < count; n++)
                {
                    double re = planes[placeOf(n)], im = planes[planes.Length / 2 + placeOf(n)];
                    square = Math.Max(square, re * re + im * im);
                }
            }
            return Math.Sqrt(square);
        }
    }

    /// <summary>The objective; infinite where a pole is too near to the unit circle.</summary>
    /// <exception cref="OperationCanceledException">Training was cancelled.</exception>
    public double Objective(ReadOnlySpan<float> values)
    {
        return Run(values, backward: false) ? Sum() : double.PositiveInfinity;
    }

    /// <summary>
    /// The objective, its gradient, and the relative residual. The objective is infinite, and the gradient of no use, where a pole is too
    /// near to the unit circle or the gradient is not finite.
    /// </summary>
    /// <param name="values">The parameters.</param>
    /// <param name="gradient">As long as they are; assigned.</param>
    /// <exception cref="OperationCanceledException">Training was cancelled.</exception>
    public Evaluated Gradient(ReadOnlySpan<float> values, double[] gradient)
    {
        if (!Run(values, backward: true))
            return new(double.PositiveInfinity, double.NaN);
        var (norm, residual) = _terms.Sum(gradient, Terms, Regularization, values);
        return new(double.IsFinite(norm) ? Sum() : double.PositiveInfinity, residual);
    }

    public void Dispose() => Workers.Dispose();

    /// <summary>Prepares the model for these parameters.</summary>
    public void Set(ReadOnlySpan<float> values)
    {
        values.CopyTo(_parameters.Values);
        _model.Prepare(Weights);
    }

    /// <summary>
    /// Turns the gradient of prepared values into that of parameters, by adding to it. Some layers need memory of their own for it, so only
    /// one thread does it at a time.
    /// </summary>
    public void PrepareBackward(float[] gradient)
    {
        lock (_preparing)
            _model.PrepareBackward(Weights, GradientsOf(gradient));
    }

    // Returns false, and has computed nothing, where a pole is too near to the unit circle.
    private bool Run(ReadOnlySpan<float> values, bool backward)
    {
        Set(values);
        if (double.IsFinite(MostRadius) && !(Radius <= MostRadius))
            return false;
        _backward = backward;
        _terms.Clear();
        if (backward)
            Collector?.Clear();
        if (_cut is null)
            Workers.Run(_shards.Length - 1, _runShard);
        else
            RunPieces(_cut);
        _options.Cancellation.ThrowIfCancellationRequested(); // then some shards have ended early
        return true;
    }

    private void RunShard(int worker, int shard)
    {
        var memory = _memories[worker] ??= new SequenceMemory(_model, _data, _options);
        _losses[shard] = 0;
        for (int i = _shards[shard]; i < _shards[shard + 1] && !_options.Cancellation.IsCancellationRequested; i++)
        {
            memory.Take(i, _parameters.Values);
            var workspace = memory.Workspace;
            workspace.Forward(Weights);
            _losses[shard] += _loss.Value(workspace.Output, workspace.Targets);
            if (!_backward || _loss.Weight(workspace.Targets) == 0)
                continue;
            _loss.Derivative(workspace.Output, workspace.Targets, 1 / TotalWeight, workspace.OutputGradient);
            memory.Gradient.AsSpan().Clear();
            workspace.Sums = Collector?[shard];
            workspace.Backward(Weights, GradientsOf(memory.Gradient), 0);
            AddTerm(shard, memory.Gradient);
        }
    }

    private void RunPieces(SequenceBatch batch)
    {
        for (int i = 0; i < _pieces.Count; i++)
            _pieceGradients[i] ??= new float[_parameters.Values.Length + _model.Layout.GradedLength];
        for (int i = 0; i < _pieces.Count; i++)
            _pieces.Workspace(i).Sums = Collector?[i];
        _piecePass.Run(batch, 1 / TotalWeight, 0, _pieceGradients, _losses, forwardOnly: !_backward);
        for (int i = 0; _backward && i < _pieces.Count && !_options.Cancellation.IsCancellationRequested; i++)
            AddTerm(i, _pieceGradients[i]!);
    }

    private void AddTerm(int shard, float[] gradient)
    {
        Collector?.Add(shard, gradient.AsSpan(_parameters.Values.Length));
        PrepareBackward(gradient);
        _terms.Add(shard, gradient, Regularization / Terms, _parameters.Values);
    }

    private Gradients GradientsOf(float[] gradient)
        => new(gradient.AsSpan(0, _parameters.Values.Length), gradient.AsSpan(_parameters.Values.Length));

    private double Sum()
    {
        double loss = 0;
        foreach (double part in _losses)
            loss += part;
        return loss / TotalWeight + 0.5 * Regularization * TrainedRange.SumOfSquares(Trained, _parameters.Values);
    }

    // The weight of all rows, and the number of terms that have any.
    private (double Weight, int Terms) Weigh()
    {
        var batch = new SequenceBatch(_data.Features, _data.Targets, _data.HasIntervals);
        double total = 0;
        int known = 0;
        for (int i = 0; i < _data.Count; i++)
        {
            batch.Fill(_data, [i], _options.Washout);
            double weight = _loss.Weight(new TargetRows(batch.ValidClasses(0), batch.ValidTargets(0)));
            total += weight;
            known += weight > 0 ? 1 : 0;
        }
        return (total, _cut is null ? known : _pieces.Count);
    }

    // Cuts the sequences, in their order, into shards of about as many rows.
    internal static int[] Shards(SequenceSet data)
    {
        long rows = 0, before = 0;
        for (int i = 0; i < data.Count; i++)
            rows += data.Length(i);
        int count = Math.Min(Execution.Shards.Most, data.Count), shard = 1;
        var first = new int[count + 1];
        for (int i = 0; i < data.Count && shard < count; i++)
        {
            before += data.Length(i);
            if (before * count >= rows * shard || data.Count - i - 1 == count - shard)
                first[shard++] = i + 1;
        }
        first[count] = data.Count;
        return first;
    }
}
