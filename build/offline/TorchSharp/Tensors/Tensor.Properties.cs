// Mirrors what TorchSharp.torch.Tensor says about itself.
namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public ScalarType dtype => (ScalarType)Describe().Type;

        public DeviceType device_type => (DeviceType)Describe().Device;

        public int device_index => Describe().DeviceIndex;

        public Device device => device_type == DeviceType.CPU ? new Device(DeviceType.CPU) : new Device(device_type, device_index);

        public bool is_cuda => device_type == DeviceType.CUDA;

        public bool is_meta => device_type == DeviceType.META;

        public long Dimensions => Describe().Rank;

        public long ndim => Dimensions;

        public long NumberOfElements => Describe().Elements;

        public long ElementSize => Describe().ElementSize;

        public unsafe long[] shape => List(Describe(), d => d.Sizes);

        public bool is_leaf => Describe().Leaf != 0;

        public bool requires_grad
        {
            get => Describe().RequiresGrad != 0;
            set => Native.Check(Native.ot_set_requires_grad(Handle, value ? 1 : 0) == 0);
        }

        public long dim() => Dimensions;

        public long numel() => NumberOfElements;

        public long element_size() => ElementSize;

        public long[] size() => shape;

        public long size(int dim) => Entry(shape, dim);

        public unsafe long[] stride() => List(Describe(), d => d.Strides);

        public long stride(int dim) => Entry(stride(), dim);

        public long storage_offset() => Describe().Offset;

        public bool is_cpu() => device_type == DeviceType.CPU;

        public bool is_contiguous() => Describe().Contiguous != 0;

        public bool is_conj() => Describe().Conjugated != 0;

        public bool is_neg() => Describe().Negated != 0;

        public bool is_integral() => torch.is_integral(dtype);

        public bool is_floating_point() => torch.is_floating_point(dtype);

        public bool is_complex() => torch.is_complex(dtype);

        public override string ToString() => $"[{string.Join('x', shape)}], type = {dtype}, device = {device}";

        private unsafe Description Describe()
        {
            Description description = default;
            Native.Check(Native.ot_describe(Handle, &description) == 0);
            GC.KeepAlive(this);
            return description;
        }

        private unsafe long[] List(Description description, ListOf which)
        {
            var entries = new ReadOnlySpan<long>(which(description), description.Rank).ToArray();
            GC.KeepAlive(this);
            return entries;
        }

        // A negative dimension counts from the end, as in libtorch, whose exception a wrong one gets.
        private static long Entry(long[] entries, int dim) =>
            dim >= -entries.Length && dim < entries.Length
                ? entries[dim < 0 ? dim + entries.Length : dim]
                : throw new System.Runtime.InteropServices.ExternalException($"Dimension out of range ({dim} of {entries.Length})");

        private unsafe delegate long* ListOf(Description description);
    }
}
