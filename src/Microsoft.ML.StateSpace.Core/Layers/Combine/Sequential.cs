namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// Layers in sequence: <c>y = f_n(... f_2(f_1(x)))</c>. Shapes: from the input of the first layer to the output of the last.
/// </summary>
internal sealed class Sequential(params Layer[] layers) : Layer
{
    public Layer[] Layers => layers;

    public override int InputSize => layers[0].InputSize;

    public override int OutputSize => layers[^1].OutputSize;

    public override void Prepare(in Weights weights)
    {
        foreach (var layer in layers)
            layer.Prepare(weights);
    }

    public override void PrepareBackward(in Weights weights, in Gradients gradients)
    {
        foreach (var layer in layers)
            layer.PrepareBackward(weights, gradients);
    }

    public override ValueId Compile(IProgramBuilder program, ValueId input)
    {
        foreach (var layer in layers)
            input = program.Add(layer, input);
        return input;
    }
}
