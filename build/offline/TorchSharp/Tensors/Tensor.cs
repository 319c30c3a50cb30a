// Mirrors TorchSharp.torch.Tensor; here, what holds the native tensor and which scope disposes it. Each file beside this one has a theme.
namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor : IDisposable
    {
        private static long s_alive;
        private static long s_peak;
        private nint _handle;

        internal Tensor(nint handle)
        {
            _handle = handle;
            s_peak = Math.Max(Interlocked.Increment(ref s_alive), s_peak);
            Owner = DisposeScopeManager.OfThread.Register(this);
        }

        ~Tensor() => Dispose(false);

        /// <summary>How many tensors have been made and not disposed, and how many there ever were at once.</summary>
        public static long TotalCount => s_alive;

        public static long PeakCount => s_peak;

        public string name { get; set; }

        /// <summary>True for a tensor that was disposed, and for the gradient that autograd did not have.</summary>
        public bool IsInvalid => _handle == 0;

        public nint Handle => _handle != 0 ? _handle : throw new InvalidOperationException("Tensor invalid -- empty handle.");

        internal DisposeScope Owner { get; set; }

        public Tensor MoveToOuterDisposeScope()
        {
            Owner?.MoveToOuter(this);
            return this;
        }

        public Tensor DetachFromDisposeScope()
        {
            Owner?.Detach(this);
            return this;
        }

        public Tensor MoveToOtherDisposeScope(Tensor other) => MoveToOtherDisposeScope(other.Owner);

        public Tensor MoveToOtherDisposeScope(DisposeScope other)
        {
            if (Owner is null)
                other?.Attach(this);
            else
                Owner.MoveToOther(other, this);
            return this;
        }

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            if (_handle == 0)
                return;
            DisposeScopeManager.OfThread.CountDisposed(this);
            Owner?.MarkAsDisposed(this);
            Interlocked.Decrement(ref s_alive);
            Native.ot_release(_handle);
            _handle = 0;
        }

        /// <summary>Takes the native tensor of another, which becomes invalid.</summary>
        private protected static nint TakeHandle(Tensor from)
        {
            nint handle = from.Handle;
            from.Owner?.MarkAsDisposed(from);
            from._handle = 0;
            Interlocked.Decrement(ref s_alive);
            return handle;
        }
    }
}
