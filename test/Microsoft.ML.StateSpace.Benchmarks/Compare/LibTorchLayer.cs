using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;
using static TorchSharp.torch;
using Engine = Microsoft.ML.StateSpace.Benchmarks.Compare.TorchSharpInternals;

namespace Microsoft.ML.StateSpace.Benchmarks.Compare;

/// <summary>
/// A layer as the TorchSharp engine runs it on the CPU. Every tensor that a run makes is freed at its end, as at the end of a training
/// step.
/// </summary>
internal sealed class LibTorchLayer : IDisposable
{
    private readonly LayerCase _case;
    private readonly object _layer, _parameters, _pass;
    private readonly Tensor _input, _outputGradient;

    public LibTorchLayer(LayerCase layerCase)
    {
        _case = layerCase;
        long[] shape = [layerCase.Batch, layerCase.Length, layerCase.Size];
        (_input, _outputGradient) = (tensor(layerCase.Input.ToArray(), shape), tensor(layerCase.OutputGradient.ToArray(), shape));
        var batch = new SequenceBatch(1, TargetLayout.Classes);
        batch.Reset([.. Enumerable.Repeat(layerCase.Length, layerCase.Batch)]);
        _layer = Engine.Of(layerCase.Layer);
        _parameters = Engine.Parameters(layerCase.Parameters, CPU);
        _pass = Engine.Pass(_parameters, batch, dropoutKey: 0, CPU, TorchSharpPrecision.Float32);
    }

    /// <summary>From the parameters to (batch, length, H).</summary>
    /// <param name="results">Gets y, where it is given.</param>
    public void Forward(Dictionary<string, float[]>? results = null)
    {
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        var y = Engine.Forward(_layer, _pass, _input);
        results?.Add("y", Values(y));
    }

    /// <summary>Forward, then the gradients of input and parameters.</summary>
    /// <param name="results">Gets y, the gradient of the input under "u", and those of the parameters that are trained under their
    /// names, where it is given.</param>
    public void Train(Dictionary<string, float[]>? results = null)
    {
        using var scope = NewDisposeScope();
        using var gradients = (IDisposable)Engine.Gradients();
        // A leaf of its own for each run, so that its gradient is new and nothing is added to it.
        var input = _input.detach().requires_grad_();
        var y = Engine.Forward(_layer, _pass, input);
        y.backward([_outputGradient]);
        var gradient = Engine.TakeGradient(_parameters);
        if (results is null)
            return;
        results.Add("y", Values(y));
        results.Add("u", Values(input.grad!));
        float[] flat = Values(gradient);
        foreach (var parameter in _case.Parameters.Parameters.Where(parameter => parameter.Group != ParameterGroup.Fixed))
            results.Add(parameter.Name, parameter.Of(flat).ToArray());
    }

    public void Dispose()
    {
        ((IDisposable)_parameters).Dispose();
        _input.Dispose();
        _outputGradient.Dispose();
    }

    private static float[] Values(Tensor tensor) => tensor.contiguous().data<float>().ToArray();
}
