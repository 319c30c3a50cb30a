namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// One residual branch, <c>post(F x + f(core(pre(x))))</c>. The norms before the core and behind the sum and the position-wise map f may be
/// absent. The core may be position-wise. The skip F is the identity unless one is given.
/// Source: S5 <c>layers.py</c>, LRU <c>model.py</c>. Shapes: (rows, H) to (rows, H). Cost: that of norms, core, map and skip.
/// </summary>
internal sealed class ResidualBranch(Layer? preNorm, Layer core, Layer? map, Layer? postNorm = null, Linear? skip = null) : Layer
{
    public Layer? PreNorm => preNorm;

    public Layer Core => core;

    public Layer? Map => map;

    public Layer? PostNorm => postNorm;

    public Linear? Skip => skip;

    /// <summary>The same branch with one more norm behind it.</summary>
    public ResidualBranch Then(Layer norm) => new(preNorm, core, map, postNorm is null ? norm : new Sequential(postNorm, norm), skip);

    public override int InputSize => core.InputSize;

    public override int OutputSize => core.OutputSize;

    public override void Prepare(in Weights weights)
    {
        preNorm?.Prepare(weights);
        core.Prepare(weights);
        map?.Prepare(weights);
        postNorm?.Prepare(weights);
    }

    public override void PrepareBackward(in Weights weights, in Gradients gradients)
    {
        preNorm?.PrepareBackward(weights, gradients);
        core.PrepareBackward(weights, gradients);
        map?.PrepareBackward(weights, gradients);
        postNorm?.PrepareBackward(weights, gradients);
    }

    public override ValueId Compile(IProgramBuilder program, ValueId input)
    {
        var value = program.Add(core, preNorm is null ? input : program.Add(preNorm, input));
        if (map is not null)
            value = program.Add(map, value);
        var sum = program.Join(new Sum(OutputSize, skip), value, input);
        return postNorm is null ? sum : program.Add(postNorm, sum);
    }
}
