// Mirrors how TorchSharp.torch sets the number of threads and switches gradients off and on.
namespace TorchSharp;

public static partial class torch
{
    public static int get_num_threads() => Native.ot_threads();

    public static void set_num_threads(int num) => Native.Check(Native.ot_set_threads(num) == 0);

    public static IDisposable no_grad() => new GradMode(false);

    public static IDisposable enable_grad(bool enabled = true) => new GradMode(enabled);

    public static IDisposable set_grad_enabled(bool mode = true) => new GradMode(mode);

    public static bool is_grad_enabled() => Native.ot_grad_enabled() != 0;
}
