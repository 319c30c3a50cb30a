// Mirrors how TorchSharp.torch.Tensor gives its elements to managed code.
using System.Numerics;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The memory itself, not a copy of it, where it is contiguous.</summary>
        public unsafe Span<byte> bytes
        {
            get
            {
                if (!is_contiguous())
                    throw new InvalidOperationException("Bytes() called on non-contiguous tensor.");
                if (NumberOfElements * ElementSize > int.MaxValue)
                    throw new ArgumentException("Span only supports up to int.MaxValue elements.");
                return new Span<byte>(Data(), (int)(NumberOfElements * ElementSize));
            }
            set
            {
                if (!is_contiguous())
                    throw new InvalidOperationException("SetBytes() called on non-contiguous tensor.");
                if (NumberOfElements * ElementSize != value.Length)
                    throw new ArgumentException("Mismatched data sizes in SetBytes().");
                value.CopyTo(new Span<byte>(Data(), value.Length));
            }
        }

        public static explicit operator float(Tensor value) => value.ToSingle();

        public static explicit operator double(Tensor value) => value.ToDouble();

        public static explicit operator int(Tensor value) => value.ToInt32();

        public static explicit operator long(Tensor value) => value.ToInt64();

        public static explicit operator bool(Tensor value) => value.ToBoolean();

        public Utils.TensorAccessor<T> data<T>()
            where T : unmanaged
        {
            RequireType(typeof(T));
            return new Utils.TensorAccessor<T>(this);
        }

        public T item<T>()
            where T : unmanaged
        {
            if (NumberOfElements != 1)
                throw new ArgumentException("Number of elements in the tensor must be 1");
            return data<T>()[0];
        }

        public Scalar ToScalar() => OpScalar("item", this);

        public float ReadCpuSingle(long i) => ReadCpuValue<float>(i);

        public double ReadCpuDouble(long i) => ReadCpuValue<double>(i);

        public int ReadCpuInt32(long i) => ReadCpuValue<int>(i);

        public long ReadCpuInt64(long i) => ReadCpuValue<long>(i);

        public bool ReadCpuBool(long i) => ReadCpuValue<bool>(i);

        public T ReadCpuValue<T>(long i)
            where T : unmanaged => data<T>()[Utils.TensorAccessor<T>.Coordinates(i, shape)];

        internal unsafe void* Data()
        {
            void* data;
            Native.Check(Native.ot_data(Handle, &data) == 0);
            return data;
        }

        private void RequireType(Type given)
        {
            var expected = dtype switch
            {
                ScalarType.Byte => typeof(byte),
                ScalarType.Int8 => typeof(sbyte),
                ScalarType.Int16 => typeof(short),
                ScalarType.Int32 => typeof(int),
                ScalarType.Int64 => typeof(long),
                ScalarType.Bool => typeof(bool),
                ScalarType.Float16 => typeof(Half),
                ScalarType.Float32 => typeof(float),
                ScalarType.Float64 => typeof(double),
                ScalarType.ComplexFloat32 => typeof((float, float)),
                ScalarType.ComplexFloat64 => typeof(Complex),
                _ => throw new NotSupportedException($"elements of {dtype} have no managed type here; use to_type() first"),
            };
            if (given != expected)
                throw new ArgumentException($"{given.Name} is not compatible with {dtype}");
        }
    }
}
