// Mirrors TorchSharp.torch.arange, eye, linspace, randint and randperm.
namespace TorchSharp;

public static partial class torch
{
    public static Tensor arange(Scalar stop, ScalarType? dtype = null, Device device = null, bool requires_grad = false) =>
        arange(0, stop, 1, dtype, device, requires_grad);

    public static Tensor arange(Scalar start, Scalar stop, ScalarType? dtype = null, Device device = null, bool requires_grad = false) =>
        arange(start, stop, 1, dtype, device, requires_grad);

    public static Tensor arange(
        Scalar start, Scalar stop, Scalar step, ScalarType? dtype = null, Device device = null, bool requires_grad = false)
    {
        bool integral = is_integral(start.Type) && is_integral(stop.Type) && is_integral(step.Type);
        var type = dtype ?? (integral ? ScalarType.Int64 : get_default_dtype());
        return Finished(Op("arange.start_step", start, stop, step, type, default, InitializeDevice(device)), requires_grad, null);
    }

    public static Tensor eye(
        long rows, long columns = -1, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) =>
        Finished(
            Op("eye.m", rows, columns == -1 ? rows : columns, dtype ?? get_default_dtype(), default, InitializeDevice(device)), requires_grad, names);

    public static Tensor linspace(double start, double end, long steps, ScalarType? dtype = null, Device device = null, bool requires_grad = false) =>
        Finished(Op("linspace", start, end, steps, dtype ?? get_default_dtype(), default, InitializeDevice(device)), requires_grad, null);

    public static Tensor randint(
        long low, long high, long[] size, ScalarType? dtype = null, Device device = null, bool requires_grad = false, Generator generator = null,
        string[] names = null) =>
        Finished(
            Op("randint.low_generator", low, high, size, generator, dtype ?? ScalarType.Int64, default, InitializeDevice(device)), requires_grad, names);

    public static Tensor randint(
        long high, long[] size, ScalarType? dtype = null, Device device = null, bool requires_grad = false, Generator generator = null,
        string[] names = null) => randint(0, high, size, dtype, device, requires_grad, generator, names);

    public static Tensor randperm(
        long n, ScalarType? dtype = null, Device device = null, bool requires_grad = false, Generator generator = null) =>
        Finished(Op("randperm.generator", n, generator, dtype ?? ScalarType.Int64, default, InitializeDevice(device)), requires_grad, null);
}
