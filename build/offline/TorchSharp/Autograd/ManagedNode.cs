// Stands for TorchSharp's Node<T>: the managed half of a node of the graph. The native half keeps it alive, and tells it when it is let go.
using System.Runtime.InteropServices;

namespace TorchSharp;

public static partial class torch
{
    public static partial class autograd
    {
        internal sealed unsafe class ManagedNode(string name, object[] variables, Func<AutogradContext, List<Tensor>, List<Tensor>> back)
        {
            private readonly bool[] _isTensor = [.. variables.Select(v => v is Tensor { IsInvalid: false })];
            private Shape[] _outputs = [];

            internal AutogradContext Context { get; } = new();

            /// <summary>Runs the function without recording its parts, and makes its outputs those of this node.</summary>
            internal List<Tensor> Record(Tensor[] inputs, bool recorded, Func<List<Tensor>> forth)
            {
                nint[] from = Handles(inputs);
                nint node = recorded ? Begin(from) : 0;
                try
                {
                    List<Tensor> made;
                    using (no_grad())
                        made = forth();
                    var outputs = Wrap(node, from, Handles(made));
                    GC.KeepAlive((inputs, made));
                    if (recorded)
                    {
                        _outputs = [.. outputs.Select(o => o.IsInvalid ? null : new Shape(o.shape, o.dtype, o.device))];
                        Context.Save(Native.ot_node_pointer(node));
                    }
                    return outputs;
                }
                finally
                {
                    if (node != 0)
                        Native.ot_node_release(node);
                }
            }

            private nint Begin(nint[] inputs)
            {
                var self = GCHandle.Alloc(this);
                nint node = Native.ot_node(GCHandle.ToIntPtr(self), &Backward, &Released, inputs, inputs.Length);
                if (node == 0)
                    self.Free();
                Native.Check(node != 0);
                return node;
            }

            private List<Tensor> Wrap(nint node, nint[] inputs, nint[] outputs)
            {
                nint[] constant = Handles(Context.NotDifferentiable), dirty = Handles(Context.Dirty), wrapped = new nint[outputs.Length];
                Native.Check(0 == Native.ot_wrap_outputs(
                    node, inputs, inputs.Length, constant, constant.Length, dirty, dirty.Length, outputs, outputs.Length, wrapped));
                GC.KeepAlive(Context);
                return [.. wrapped.Select(handle => new Tensor(handle))];
            }

            // The gradients of the tensors among the variables, in their order.
            private List<Tensor> Gradients(List<Tensor> given)
            {
                for (int i = 0; i < given.Count; i++)
                {
                    if (Context.MaterializeGrads && given[i].IsInvalid && _outputs[i] is { } shape)
                        given[i] = zeros(shape.Sizes, shape.Type, shape.Device);
                }
                var all = back(Context, given);
                if (all.Skip(_isTensor.Length).Any(g => g is { IsInvalid: false }) || all.Count < _isTensor.Length)
                    throw new NotImplementedException($"Function {name} returned an incorrect number of gradients (expected {_isTensor.Length}), got {all.Count}");
                if (all.Zip(_isTensor).Any(p => p.First is { IsInvalid: false } && !p.Second))
                    throw new NotImplementedException($"Function {name} returned a gradient for an input that was not a Tensor");
                return [.. all.Zip(_isTensor).Where(p => p.Second).Select(p => p.First)];
            }

            // In the original an exception here ends the process; here it becomes one of backward.
            [UnmanagedCallersOnly]
            private static int Backward(nint owner, nint* grads, long count, nint* results, long room)
            {
                try
                {
                    var node = (ManagedNode)GCHandle.FromIntPtr(owner).Target;
                    var given = new List<Tensor>();
                    for (int i = 0; i < count; i++)
                        given.Add(new Tensor(grads[i]));
                    var gradients = node.Gradients(given);
                    for (int i = 0; i < room; i++)
                        results[i] = gradients[i] is { IsInvalid: false } gradient ? Native.ot_retain(gradient.Handle) : 0;
                    return 0;
                }
                catch (Exception e)
                {
                    Native.ot_fail(e.ToString());
                    return -1;
                }
            }

            [UnmanagedCallersOnly]
            private static void Released(nint owner)
            {
                var self = GCHandle.FromIntPtr(owner);
                ((ManagedNode)self.Target).Context.Dispose();
                self.Free();
            }

            private sealed record Shape(long[] Sizes, ScalarType Type, Device Device);
        }
    }
}
