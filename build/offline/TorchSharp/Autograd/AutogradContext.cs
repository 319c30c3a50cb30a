// Mirrors TorchSharp.torch.autograd.AutogradContext: what forward hands on to backward.
namespace TorchSharp;

public static partial class torch
{
    public static partial class autograd
    {
        public class AutogradContext : IDisposable
        {
            private readonly Dictionary<string, object> _data = [];
            private nint _node;
            private int _saved;

            internal AutogradContext()
            {
            }

            public bool MaterializeGrads { get; private set; } = true;

            internal List<Tensor> ToSave { get; private set; } = [];

            internal List<Tensor> Dirty { get; private set; } = [];

            internal List<Tensor> NotDifferentiable { get; private set; } = [];

            public void save_for_backward(List<Tensor> tensors) => ToSave = tensors;

            public void save_data(string key, object value) => _data[key] = value;

            public object get_data(string key) => _data.GetValueOrDefault(key);

            public void mark_dirty(List<Tensor> tensors) => Dirty = [.. tensors];

            public void mark_non_differentiable(List<Tensor> tensors) => NotDifferentiable = [.. tensors];

            public void set_materialize_grads(bool value) => MaterializeGrads = value;

            /// <summary>What was saved, as new tensors; null in place of null.</summary>
            public List<Tensor> get_saved_variables()
            {
                var handles = new nint[_saved];
                if (_saved > 0)
                    Native.Check(Native.ot_saved(_node, handles) == 0);
                return [.. handles.Select(handle => handle == 0 ? null : new Tensor(handle))];
            }

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            protected virtual void Dispose(bool disposing) => _saved = 0;

            /// <summary>Gives what is to be saved to the node, which holds it until the graph is gone.</summary>
            internal void Save(nint node)
            {
                var handles = Handles(ToSave);
                Native.Check(Native.ot_save(node, handles, handles.Length) == 0);
                GC.KeepAlive(ToSave);
                (_node, _saved, ToSave) = (node, handles.Length, []);
            }
        }
    }
}
