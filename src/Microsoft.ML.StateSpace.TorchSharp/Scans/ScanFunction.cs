using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Scans;

/// <summary>
/// An autograd function with a backward pass written by hand, which frees every tensor that it makes on whatever thread it runs. A derived
/// class computes; this class sees to the lifetime of tensors.
/// </summary>
internal abstract class ScanFunction<T> : autograd.SingleTensorFunction<T>
    where T : ScanFunction<T>, new()
{
    private const string Owner = nameof(Owner);

    public override string Name => typeof(T).Name;

    /// <summary>Computes the output from the arguments of <c>apply</c>, and the tensors that the backward pass needs.</summary>
    protected abstract (Tensor Output, List<Tensor> Saved) Compute(autograd.AutogradContext context, object[] arguments);

    /// <summary>The gradients of the arguments, in their order; <see langword="null"/> for those that have none.</summary>
    /// <param name="context">That of <see cref="Compute"/>.</param>
    /// <param name="saved">The tensors that <see cref="Compute"/> saved.</param>
    /// <param name="outputGradient">The gradient of the output.</param>
    protected abstract Tensor?[] Gradients(autograd.AutogradContext context, List<Tensor> saved, Tensor outputGradient);

    public sealed override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        using var scope = NewDisposeScope();
        var (output, saved) = Compute(ctx, vars);
        ctx.save_for_backward(saved);
        ctx.save_data(Owner, BackwardTensors.Current!);
        // Autograd takes hold of the saved tensors after this method has returned. The arguments among them are not of this scope, so they
        // stay where they are.
        scope.MoveToOuter(saved);
        return scope.MoveToOuter(output);
    }

    public sealed override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope();
        scope.Attach(grad_output); // no scope but this one may know it, see BackwardTensors
        var gradients = Gradients(ctx, ctx.get_saved_variables(), grad_output);
        var owner = (BackwardTensors?)ctx.get_data(Owner);
        foreach (var gradient in gradients)
        {
            if (gradient is null)
                continue;
            if (owner is null)
                scope.MoveToOuter(gradient);
            else
                owner.Keep(gradient);
        }
        return new List<Tensor>(gradients!);
    }
}
