using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// A network as a chain of layers in which depth is time, <c>x_{l+1} = F_l(x_l, theta_l)</c>: the encoder is layer 0, then come the layers
/// of the architecture, each with all its residual branches, and pooling with the decoder is the last one. x_l are the rows between two
/// layers. Parameters of a layer stand side by side in the flat buffer, and no layer shares any with another, but for <see cref="Shared"/>.
/// </summary>
internal sealed class DepthLayers
{
    private readonly SequenceNetwork _network;
    private readonly int _blocks;
    private readonly int _branches; // of each block

    public DepthLayers(SequenceNetwork network, ParameterSet parameters)
    {
        _network = network;
        _blocks = network.Architecture.Layers!.Value;
        _branches = network.Branches / _blocks;
        Parameters = [.. Enumerable.Range(0, Count).Select(layer => parameters.Parameters
            .Where(parameter => parameter.Group != ParameterGroup.Fixed && Belongs(parameter, layer)).ToArray())];
    }

    /// <summary>Number of layers, encoder and decoder included.</summary>
    public int Count => _blocks + 2;

    /// <summary>The trained parameters of each layer.</summary>
    public IReadOnlyList<Parameter[]> Parameters { get; }

    /// <summary>Whether the last layer is a linear map of what it reads.</summary>
    public bool HasLinearDecoder => _network.Decoder is Linear;

    /// <summary>
    /// Whether the output of a layer is affine in all its parameters. A core never is, since its poles act on its states.
    /// </summary>
    public bool IsAffine(int layer)
        => layer == 0 ? _network.Encoder is Linear or Embedding
            : layer == Count - 1 && HasLinearDecoder && _network.Shares is null;

    /// <summary>
    /// The diagonal core of a layer that is nothing but this core, with a skip that is linear or none; what is affine is then all but the
    /// poles and the input matrix.
    /// </summary>
    public DiagonalCore? BareCore(int layer)
        => layer > 0 && layer < Count - 1 && _branches == 1
            && _network.Branch(layer - 1) is { PreNorm: null, PostNorm: null, Map: null } branch
            ? branch.Core as DiagonalCore : null;

    /// <summary>
    /// Parameters that act in another layer too: shares and trained gains of certified cores, by which the decoder divides. No Hamiltonian
    /// of one layer has all of their slope.
    /// </summary>
    public IReadOnlyList<Parameter> Shared => (_network.Decoder as BoundedLinear)?.Budget is not { } budget ? []
        : [.. budget.Branches.SelectMany(branch => new[] { branch.Logit, branch.GainLog }).OfType<Parameter>()];

    /// <summary>Values of a row of x_l, the input of a layer but the first.</summary>
    public int Width => _network.Width;

    public void Prepare(int layer, in Weights weights)
    {
        if (layer == 0)
            _network.Encoder.Prepare(weights);
        else if (layer == Count - 1)
            _network.Decoder.Prepare(weights);
        for (int branch = First(layer); branch < First(layer + 1); branch++)
            _network.Branch(branch).Prepare(weights);
    }

    public void PrepareBackward(int layer, in Weights weights, in Gradients gradients)
    {
        if (layer == 0)
            _network.Encoder.PrepareBackward(weights, gradients);
        else if (layer == Count - 1)
            _network.Decoder.PrepareBackward(weights, gradients);
        for (int branch = First(layer); branch < First(layer + 1); branch++)
            _network.Branch(branch).PrepareBackward(weights, gradients);
    }

    /// <summary>Runs a layer on what stands at <see cref="Input"/> of the workspace; the last layer assigns its output.</summary>
    public void Forward(int layer, Workspace workspace, Weights weights)
    {
        int first = layer == 0 ? 0 : workspace.Schedule.EndOf(Stream(layer));
        int end = layer == Count - 1 ? workspace.Schedule.Forward : workspace.Schedule.EndOf(Stream(layer + 1));
        workspace.Run(first, end, weights, default);
    }

    /// <summary>
    /// Runs a layer backward, behind its forward pass: from the gradient of its output, which stands at <see cref="Costate"/> of the layer
    /// behind it or is the output's gradient of the workspace, to that of its input. Adds to the gradients.
    /// </summary>
    public void Backward(int layer, Workspace workspace, Weights weights, in Gradients gradients)
    {
        var schedule = workspace.Schedule;
        int first = layer == Count - 1 ? schedule.Forward : schedule.StepOf(Stream(layer + 1), Work.Backward);
        int end = layer == 0 ? schedule.Steps.Length : schedule.StepOf(Stream(layer), Work.Backward);
        workspace.Run(first, end, weights, gradients);
    }

    /// <summary>The rows that a layer but the first reads, (rows, width), in the memory of a workspace.</summary>
    public Span<float> Input(int layer, Workspace workspace) => workspace.Memory.Value(Stream(layer));

    /// <summary>The gradient of these rows: minus the costate.</summary>
    public Span<float> Costate(int layer, Workspace workspace) => workspace.Memory.Gradient(Stream(layer));

    /// <summary>What the decoder reads: the rows of the last stream, or the pooled vectors that are made of them.</summary>
    public Span<float> Features(Workspace workspace, Weights weights)
    {
        if (_network.Pooled is not { } pooled)
            return Input(Count - 1, workspace);
        workspace.Run(workspace.Schedule.EndOf(Stream(Count - 1)), workspace.Schedule.EndOf(pooled), weights, default);
        return workspace.Memory.Value(pooled);
    }

    // What a layer but the first reads.
    private ValueId Stream(int layer) => _network.Program.Streams[First(layer)];

    // The first branch of a layer; encoder and decoder have none.
    private int First(int layer) => Math.Clamp(layer - 1, 0, _blocks) * _branches;

    private bool Belongs(Parameter parameter, int layer)
    {
        string block = $"Blocks.{layer - 1}.";
        // The norm behind the last block is part of it.
        string[] scopes = layer == 0 ? ["Encoder."] : layer == Count - 1 ? ["Decoder.", "Pool."]
            : layer == _blocks ? [block, "FinalNorm."] : [block];
        return scopes.Any(scope => parameter.Name.StartsWith(scope, StringComparison.Ordinal));
    }
}
