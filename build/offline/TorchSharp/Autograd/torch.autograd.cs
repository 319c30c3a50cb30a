// Mirrors TorchSharp.torch.autograd and what TorchSharp.torch.Tensor has of it. Tensor.backward with arguments is left out: its two flags changed
// places in 0.103.1, and autograd.backward says the same in every version.
namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor grad
        {
            get => Native.ot_grad(Handle) is var handle and not 0 ? new Tensor(handle) : null;
            set => Native.Check(Native.ot_set_grad(Handle, value?.Handle ?? 0) == 0);
        }

        public void backward() => autograd.backward(this, (IList<Tensor>)null);

        public void retain_grad() => OpOn("retain_grad", this);

        public Tensor requires_grad_(bool requires_grad = true)
        {
            this.requires_grad = requires_grad;
            return this;
        }

        public Tensor with_requires_grad(bool requires_grad = true) => requires_grad_(requires_grad);
    }

    public static partial class autograd
    {
        /// <summary>The gradients of the inputs; one that is not reached is an invalid tensor where that is allowed.</summary>
        public static IList<Tensor> grad(
            IList<Tensor> outputs, IList<Tensor> inputs, IList<Tensor> grad_outputs = null, bool retain_graph = false, bool create_graph = false,
            bool allow_unused = false)
        {
            nint[] from = Handles(outputs), to = Handles(inputs), grads = Handles(grad_outputs), results = new nint[to.Length];
            Native.Check(0 == Native.ot_gradients(
                from, from.Length, to, to.Length, grads, grads.Length, Flag(retain_graph), Flag(create_graph), Flag(allow_unused), results));
            GC.KeepAlive((outputs, inputs, grad_outputs));
            return [.. results.Select(handle => new Tensor(handle))];
        }

        public static void backward(
            IList<Tensor> tensors, IList<Tensor> grad_tensors = null, bool? retain_graph = null, bool create_graph = false, IList<Tensor> inputs = null)
        {
            nint[] from = Handles(tensors), grads = Handles(grad_tensors), to = Handles(inputs);
            Native.Check(0 == Native.ot_backward(
                from, from.Length, grads, grads.Length, Flag(retain_graph ?? create_graph), Flag(create_graph), to, to.Length));
            GC.KeepAlive((tensors, grad_tensors, inputs));
        }

        public static void backward(
            Tensor tensor, IList<Tensor> grad_tensors = null, bool? retain_graph = null, bool create_graph = false, IList<Tensor> inputs = null) =>
            backward([tensor], grad_tensors, retain_graph, create_graph, inputs);

        public static void backward(
            Tensor tensor, Tensor grad_tensor, bool? retain_graph = null, bool create_graph = false, IList<Tensor> inputs = null) =>
            backward([tensor], [grad_tensor], retain_graph, create_graph, inputs);

        // No list is an empty one; a tensor that is not there is the undefined one.
        internal static nint[] Handles(IList<Tensor> tensors) =>
            tensors is null ? [] : [.. tensors.Select(t => t is null || t.IsInvalid ? 0 : t.Handle)];

        private static int Flag(bool value) => value ? 1 : 0;
    }
}
