// Mirrors TorchSharp.torch.Generator and the seeds of torch and torch.random. The numbers are libtorch 1.13's.
namespace TorchSharp;

public static partial class torch
{
    public static Generator manual_seed(long seed) => Generator.Default.manual_seed(seed);

    public static long initial_seed() => Generator.Default.initial_seed();

    public class Generator : IDisposable
    {
        private static readonly Generator s_default = new(Native.ot_generator(1, 0));
        private nint _handle;

        public Generator(ulong seed = 0, Device device = null)
            : this(Native.ot_generator(0, seed)) => InitializeDevice(device);

        private Generator(nint handle) => _handle = handle;

        ~Generator() => Dispose(false);

        public static Generator Default => s_default;

        public nint Handle => _handle != 0 ? _handle : throw new ObjectDisposedException(nameof(Generator));

        public Device device => CPU;

        public Generator manual_seed(long seed)
        {
            Native.Check(Native.ot_generator_seed(Handle, (ulong)seed) == 0);
            return this;
        }

        public long initial_seed() => (long)Native.ot_generator_current_seed(Handle);

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            if (_handle != 0)
                Native.ot_generator_release(_handle);
            _handle = 0;
        }
    }
}
