using System.Numerics.Tensors;
using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// The read-out that is best for all else, where it is linear and the loss squared: with f = [h, 1], h being what the decoder reads, it
/// minimises <c>sum w e^2 / (2 W) + lambda / 2 |theta|^2 + eps / 2 |theta - theta_k|^2</c> for each output by itself, by a Cholesky factor
/// in double. The last term keeps it near the read-out before, theta_k, where features are dependent; the objective never rises.
/// </summary>
internal sealed class ExactReadOut
{
    private const double Nearness = 1e-6;

    private readonly FullBatch _batch;
    private readonly Linear _decoder;
    private readonly int _size; // features, with the constant
    private readonly Matrix[] _shared; // of each shard, from rows all of whose targets are known
    private readonly Matrix?[][] _own; // of each shard and output, from other rows
    private readonly double[][] _slopes; // of each shard: sum e f of each output

    private ExactReadOut(FullBatch batch, Linear decoder, int shards)
    {
        (_batch, _decoder, _size) = (batch, decoder, decoder.InputSize + 1);
        _shared = [.. Enumerable.Range(0, shards).Select(_ => new Matrix(_size, _size))];
        _own = [.. Enumerable.Range(0, shards).Select(_ => new Matrix?[decoder.OutputSize])];
        _slopes = [.. Enumerable.Range(0, shards).Select(_ => new double[decoder.OutputSize * _size])];
    }

    /// <summary>The read-out of a network; <see langword="null"/> where it is not linear or the loss not squared.</summary>
    public static ExactReadOut? Of(FullBatch batch, DepthPass pass)
        => batch.Model.Decoder is Linear { Bias: not null } decoder && HasSquaredLoss(batch)
            ? new ExactReadOut(batch, decoder, pass.Shards) : null;

    /// <summary>Whether the loss is the weighted squared error of values.</summary>
    public static bool HasSquaredLoss(FullBatch batch)
        => batch.Model.Options.Task.Target == TargetKind.Value && batch.Options.Loss == ValueLossKind.Squared
            && batch.Options.IntervalLevels is null;

    /// <summary>The weight of an output.</summary>
    public static double WeightOf(FullBatch batch, int output) => batch.Options.OutputWeights is { } weights ? weights[output] : 1;

    /// <summary>Sets the decoder of the candidate to what is best for all else in it; theta_k is what it holds before.</summary>
    public void Solve(DepthPass pass, float[] candidate)
    {
        foreach (var shared in _shared)
            shared.Clear();
        foreach (var own in _own)
            own.AsSpan().Clear();
        foreach (double[] slopes in _slopes)
            slopes.AsSpan().Clear();
        pass.Set(candidate);
        pass.Features((shard, workspace) => Add(shard, workspace, pass));
        for (int shard = 1; shard < _shared.Length; shard++)
        {
            _shared[0].Add(_shared[shard]);
            TensorPrimitives.Add(_slopes[0], _slopes[shard], _slopes[0]);
            for (int o = 0; o < _decoder.OutputSize; o++)
            {
                if (_own[shard][o] is { } own)
                    (_own[0][o] ??= new Matrix(_size, _size)).Add(own);
            }
        }
        for (int o = 0; o < _decoder.OutputSize; o++)
            Solve(o, candidate);
    }

    // Adds the rows of a workspace. What stands in the sums of a row is of the read-out before: its errors are small near a minimum, so the
    // change that they lead to keeps its digits.
    private void Add(int shard, Workspace workspace, DepthPass pass)
    {
        int outputs = _decoder.OutputSize, inputs = _size - 1;
        ReadOnlySpan<float> features = pass.Layers.Features(workspace, pass.Weights), targets = workspace.Targets.Values,
            weight = _decoder.Weight.Of(pass.Weights.Values), bias = _decoder.Bias!.Of(pass.Weights.Values);
        var row = new double[_size];
        for (int t = 0; t < targets.Length / outputs; t++)
        {
            TensorPrimitives.ConvertTruncating<float, double>(features.Slice(t * inputs, inputs), row);
            row[inputs] = 1;
            var answers = targets.Slice(t * outputs, outputs);
            bool isKnown = !answers.ContainsAnyExceptInRange(float.MinValue, float.MaxValue);
            if (isKnown)
                AddProducts(_shared[shard], row);
            for (int o = 0; o < outputs; o++)
            {
                if (float.IsNaN(answers[o]))
                    continue;
                if (!isKnown)
                    AddProducts(_own[shard][o] ??= new Matrix(_size, _size), row);
                double error = bias[o] - (double)answers[o];
                for (int i = 0; i < inputs; i++)
                    error += (double)weight[o * inputs + i] * row[i];
                var slope = _slopes[shard].AsSpan(o * _size, _size);
                TensorPrimitives.MultiplyAdd(row, error, slope, slope);
            }
        }
    }

    // The lower half.
    private static void AddProducts(Matrix sums, double[] row)
    {
        for (int i = 0; i < row.Length; i++)
        {
            var sum = sums.Row(i)[..(i + 1)];
            TensorPrimitives.MultiplyAdd(row.AsSpan(0, i + 1), row[i], sum, sum);
        }
    }

    private void Solve(int output, float[] candidate)
    {
        double factor = WeightOf(_batch, output) / _batch.TotalWeight;
        var weight = _decoder.Weight.Of(candidate.AsSpan()).Slice(output * (_size - 1), _size - 1);
        ref float bias = ref _decoder.Bias!.Of(candidate.AsSpan())[output];
        Matrix gram = new(_size, _size), change = new(_size, 1);
        gram.Add(_shared[0], factor);
        if (_own[0][output] is { } own)
            gram.Add(own, factor);
        gram.AddToDiagonal(_batch.Regularization + Nearness);
        for (int i = 0; i < _size; i++)
            change[i, 0] = -factor * _slopes[0][output * _size + i] - _batch.Regularization * (i < weight.Length ? weight[i] : bias);
        if (!Triangular.Cholesky(gram, gram))
            return;
        Triangular.Solve(gram, change);
        Triangular.SolveTransposed(gram, change);
        for (int i = 0; i < weight.Length; i++)
            weight[i] = (float)(weight[i] + change[i, 0]);
        bias = (float)(bias + change[_size - 1, 0]);
    }
}
