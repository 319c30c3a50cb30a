// Mirrors the indexers of TorchSharp.torch.Tensor, index and index_put_. Slices and numbers are views; tensors pick elements, which then are a copy.
using System.Runtime.CompilerServices;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        [IndexerName("TensorItems")]
        public Tensor this[params TensorIndex[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        [IndexerName("TensorItems")]
        public Tensor this[params Tensor[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1]
        {
            get => index(i1);
            set => index_put_(value, i1);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2]
        {
            get => index(i1, i2);
            set => index_put_(value, i1, i2);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3]
        {
            get => index(i1, i2, i3);
            set => index_put_(value, i1, i2, i3);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3, long i4]
        {
            get => index(i1, i2, i3, i4);
            set => index_put_(value, i1, i2, i3, i4);
        }

        public Tensor index(params Tensor[] indices) => index(Array.ConvertAll(indices, TensorIndex.Tensor));

        public Tensor index(params TensorIndex[] indices)
        {
            using var scope = NewDisposeScope();
            var (view, picks) = View(indices);
            return (picks is null ? view : Op("index.Tensor", view, Argument.Optional(picks))).MoveToOuterDisposeScope();
        }

        public Tensor index_put_(Tensor value, params Tensor[] indices) => index_put_(value, Array.ConvertAll(indices, TensorIndex.Tensor));

        public Tensor index_put_(Tensor value, params TensorIndex[] indices)
        {
            using var scope = NewDisposeScope();
            var (view, picks) = View(indices);
            if (picks is null)
                view.copy_(value.dtype == dtype ? value : value.to(dtype));
            else
                OpOn("index_put_", view, Argument.Optional(picks), value);
            return this;
        }

        public Tensor index_put_(Scalar value, params Tensor[] indices) => index_put_(value, Array.ConvertAll(indices, TensorIndex.Tensor));

        public Tensor index_put_(Scalar value, params TensorIndex[] indices)
        {
            using var scope = NewDisposeScope();
            return index_put_(torch.full([], value, dtype), indices);
        }

        // Numbers, slices and new axes make a view; what is left for each dimension of it is the tensor that picks from it, or null for all.
        private (Tensor View, Tensor[] Picks) View(TensorIndex[] indices)
        {
            int used = indices.Count(i => i.Kind is TensorIndex.IndexKind.Single or TensorIndex.IndexKind.Slice)
                + indices.Sum(i => i.Kind == TensorIndex.IndexKind.Tensor ? (int)(i.Picked.dtype == ScalarType.Bool ? i.Picked.ndim : 1) : 0);
            var view = alias();
            var picks = new List<Tensor>();
            int dim = 0;
            foreach (var index in indices)
            {
                switch (index.Kind)
                {
                    case TensorIndex.IndexKind.Single:
                        view = view.select(dim, index.Start.Value);
                        continue;
                    case TensorIndex.IndexKind.Slice:
                        view = Op("slice.Tensor", view, dim, index.Start, index.Stop, index.Step ?? 1);
                        break;
                    case TensorIndex.IndexKind.NewAxis:
                        view = view.unsqueeze(dim);
                        break;
                    case TensorIndex.IndexKind.Ellipsis:
                        for (long skipped = ndim - used; skipped > 0; skipped--, dim++)
                            picks.Add(null);
                        continue;
                    case TensorIndex.IndexKind.Tensor:
                        picks.Add(index.Picked);
                        dim += index.Picked.dtype == ScalarType.Bool ? (int)index.Picked.ndim : 1;
                        continue;
                    default:
                        throw new NotSupportedException("TensorIndex.Bool");
                }
                picks.Add(null);
                dim++;
            }
            return (view, picks.TrueForAll(p => p is null) ? null : [.. picks]);
        }
    }
}
