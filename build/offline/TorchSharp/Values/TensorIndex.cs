// Mirrors TorchSharp.torch.TensorIndex: one entry between the brackets of an indexed tensor.
namespace TorchSharp;

public static partial class torch
{
    public struct TensorIndex
    {
        public static TensorIndex Ellipsis = new() { Kind = IndexKind.Ellipsis };
        public static TensorIndex None = new() { Kind = IndexKind.NewAxis };
        public static TensorIndex Null = new() { Kind = IndexKind.NewAxis };
        public static TensorIndex Colon = Slice();

        internal enum IndexKind
        {
            NewAxis, Single, Ellipsis, Bool, Tensor, Slice
        }

        internal IndexKind Kind { get; private init; }

        internal long? Start { get; private init; }

        internal long? Stop { get; private init; }

        internal long? Step { get; private init; }

        internal Tensor Picked { get; private init; }

        public static TensorIndex Slice(long? start = null, long? stop = null, long? step = null) =>
            new() { Kind = IndexKind.Slice, Start = start, Stop = stop, Step = step };

        public static TensorIndex Slice((int? start, int? end) range) => Slice(range.start, range.end);

        public static TensorIndex Slice(Range range) =>
            Slice(Offset(range.Start), range.End.IsFromEnd && range.End.Value == 0 ? null : Offset(range.End));

        public static TensorIndex Bool(bool value) => new() { Kind = IndexKind.Bool, Start = value ? 1 : 0 };

        public static TensorIndex Single(long? index) => new() { Kind = IndexKind.Single, Start = index };

        public static TensorIndex Tensor(Tensor tensor) => new() { Kind = IndexKind.Tensor, Picked = tensor };

        public static implicit operator TensorIndex(long value) => Single(value);

        public static implicit operator TensorIndex((int? start, int? end) range) => Slice(range);

        public static implicit operator TensorIndex(Range range) => Slice(range);

        public static implicit operator TensorIndex(Index index) => Single(Offset(index));

        // Never called: there so that a number between brackets is taken for an index where both would do.
        public static implicit operator Tensor(TensorIndex value) => throw new InvalidOperationException("Should not be called.");

        private static long Offset(Index index) => index.IsFromEnd ? -index.Value : index.Value;
    }
}
