using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Execution;

namespace Microsoft.ML.StateSpace.Benchmarks.Compare;

/// <summary>What the processor can do, measured: products of 1024 x 1024 matrices, and copies far larger than its caches.</summary>
internal sealed class Machine
{
    private const int Size = 1024, CopyFloats = 32 << 20;

    private Machine(double gflops, double gflopsOfAll, double bandwidth)
        => (OneThread, AllThreads, Bandwidth) = (gflops, gflopsOfAll, bandwidth);

    /// <summary>GFLOP/s of one thread.</summary>
    public double OneThread { get; }

    /// <summary>GFLOP/s of as many threads as there are processors.</summary>
    public double AllThreads { get; }

    /// <summary>GB/s, read and written, of all threads.</summary>
    public double Bandwidth { get; }

    public static int Threads => Environment.ProcessorCount;

    private static int Bits
        => Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 32;

    /// <summary>CPU, cores, SIMD width, runtime, peaks.</summary>
    public string Line => string.Create(
        CultureInfo.InvariantCulture,
        $"{Processor()}, {Threads} cores, {Bits}-bit SIMD, {RuntimeInformation.FrameworkDescription}, " +
        $"{RuntimeInformation.OSArchitecture} {RuntimeInformation.OSDescription}; {Peaks}");

    /// <summary>What was measured.</summary>
    public string Peaks => string.Create(
        CultureInfo.InvariantCulture,
        $"sgemm 1024^3 {OneThread:F0} / {AllThreads:F0} GFLOP/s on one / all cores, copy {Bandwidth:F0} GB/s");

    public static Machine Measure()
    {
        using var workers = new Workers(Threads);
        float[] a = Check.Random(Size * Size, 1), b = Check.Random(Size * Size, 2), c = new float[Size * Size];
        void Strip(int worker, int strip)
        {
            int rows = Size / Threads;
            Gemm.Multiply(
                rows, Size, Size, a.AsSpan(strip * rows * Size), Size, false, b, Size, false,
                c.AsSpan(strip * rows * Size), Size, accumulate: false);
        }
        void Copy(int worker, int part)
            => _sourceBuffer.AsSpan(part * (CopyFloats / Threads), CopyFloats / Threads)
                .CopyTo(_destinationBuffer.AsSpan(part * (CopyFloats / Threads)));
        double flops = 2.0 * Size * Size * Size;
        double one = Turns.Fastest(12, () => Gemm.Multiply(Size, Size, Size, a, Size, false, b, Size, false, c, Size, accumulate: false));
        double all = Turns.Fastest(12, () => workers.Run(Threads, Strip));
        (_sourceBuffer, _destinationBuffer) = (new float[CopyFloats], new float[CopyFloats]);
        double copy = Turns.Fastest(8, () => workers.Run(Threads, Copy));
        (_sourceBuffer, _destinationBuffer) = ([], []);
        return new Machine(flops / one / 1e6, flops / all / 1e6, 2.0 * CopyFloats * sizeof(float) / copy / 1e6);
    }

    /// <summary>The floor of a piece of work on all cores, in milliseconds.</summary>
    public double Floor(Work work) => work.Flops / AllThreads / 1e6 + work.Bytes / Bandwidth / 1e6;

    private static float[] _sourceBuffer = [], _destinationBuffer = [];

    private static string Processor()
    {
        const string file = "/proc/cpuinfo";
        string? name = File.Exists(file)
            ? File.ReadLines(file).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return name?.Split(':')[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}
