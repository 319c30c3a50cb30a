// Mirrors TorchSharp.torch.autograd.Function<T>, SingleTensorFunction<T> and MultiTensorFunction<T>: an operator whose two directions are managed code.
namespace TorchSharp;

public static partial class torch
{
    public static partial class autograd
    {
        public abstract class Function<T>
            where T : Function<T>, new()
        {
            private static readonly T s_instance = new();

            public abstract string Name { get; }

            public static List<Tensor> apply_internal(params object[] vars)
            {
                Tensor[] inputs = [.. vars.OfType<Tensor>().Where(t => !t.IsInvalid)];
                bool recorded = is_grad_enabled() && inputs.Any(t => t.requires_grad);
                var node = new ManagedNode(s_instance.Name, vars, s_instance.Back);
                return node.Record(inputs, recorded, () => s_instance.Forth(node.Context, vars));
            }

            internal abstract List<Tensor> Forth(AutogradContext ctx, params object[] vars);

            internal abstract List<Tensor> Back(AutogradContext ctx, List<Tensor> grad_outputs);
        }

        public abstract class SingleTensorFunction<T> : Function<T>
            where T : SingleTensorFunction<T>, new()
        {
            public static Tensor apply(params object[] vars) => apply_internal(vars)[0];

            public abstract Tensor forward(AutogradContext ctx, params object[] vars);

            public abstract List<Tensor> backward(AutogradContext ctx, Tensor grad_output);

            internal sealed override List<Tensor> Forth(AutogradContext ctx, params object[] vars) => [forward(ctx, vars)];

            internal sealed override List<Tensor> Back(AutogradContext ctx, List<Tensor> grad_outputs) => backward(ctx, grad_outputs[0]);
        }

        public abstract class MultiTensorFunction<T> : Function<T>
            where T : MultiTensorFunction<T>, new()
        {
            public static List<Tensor> apply(params object[] vars) => apply_internal(vars);

            public abstract List<Tensor> forward(AutogradContext ctx, params object[] vars);

            public abstract List<Tensor> backward(AutogradContext ctx, List<Tensor> grad_outputs);

            internal sealed override List<Tensor> Forth(AutogradContext ctx, params object[] vars) => forward(ctx, vars);

            internal sealed override List<Tensor> Back(AutogradContext ctx, List<Tensor> grad_outputs) => backward(ctx, grad_outputs);
        }
    }
}
