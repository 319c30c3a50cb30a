// Mirrors the switches of TorchSharp.torch.backends for TensorFloat-32, with libtorch's values at the start. They concern CUDA, of which there is none here.
namespace TorchSharp;

public static partial class torch
{
    public static class backends
    {
        public static class cuda
        {
            public static class matmul
            {
                public static bool allow_tf32 { get; set; }
            }
        }

        public static class cudnn
        {
            public static bool allow_tf32 { get; set; } = true;
        }
    }
}
