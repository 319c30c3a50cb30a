using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// Between factors, one for every row and head, (rows, heads), and the channels of the heads, as <see cref="SsdChunk"/> lays them out.
/// Heads of whole groups go by vectors, others channel by channel.
/// </summary>
internal static unsafe class HeadKernels
{
    /// <summary>Gives each channel the factor of its head; a group has <paramref name="most"/> rows.</summary>
    public static void Spread(int rows, int heads, int width, ReadOnlySpan<float> factors, Span<float> channels, int most)
    {
        Debug.Assert(factors.Length >= rows * heads && channels.Length >= SsdChunk.Channels(heads * width) * most, "all channels");
        fixed (float* pf = factors, pc = channels)
            Run(new SpreadKernel(pf, pc, rows, heads, width, most), width);
    }

    /// <summary>Adds up the channels of each head.</summary>
    public static void Sum(int rows, int heads, int width, ReadOnlySpan<float> channels, Span<float> factors, int most)
    {
        Debug.Assert(factors.Length >= rows * heads && channels.Length >= SsdChunk.Channels(heads * width) * most, "all channels");
        fixed (float* pf = factors, pc = channels)
            Run(new SumKernel(pf, pc, rows, heads, width, most), width);
    }

    private interface IHeadKernel
    {
        void Run<TLane, TVector>()
            where TLane : ILane<TVector>
            where TVector : struct;
    }

    private static void Run<TKernel>(in TKernel kernel, int width)
        where TKernel : struct, IHeadKernel
    {
        bool whole = width % SsdChunk.Group == 0;
        if (whole && Vector512.IsHardwareAccelerated)
            kernel.Run<Lane512, Vector512<float>>();
        else if (whole && Vector256.IsHardwareAccelerated)
            kernel.Run<Lane256, Vector256<float>>();
        else if (whole && Vector128.IsHardwareAccelerated)
            kernel.Run<Lane128, Vector128<float>>();
        else
            kernel.Run<LaneScalar, float>();
    }

    private readonly struct SpreadKernel(float* factors, float* channels, int rows, int heads, int width, int most) : IHeadKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane, TVector>()
            where TLane : ILane<TVector>
            where TVector : struct
        {
            for (int head = 0; head < heads; head++)
            {
                for (int c = head * width; c < (head + 1) * width; c += TLane.Count)
                {
                    float* to = channels + SsdChunk.At(c, most), f = factors + head;
                    for (int left = rows; left > 0; left--, to += SsdChunk.Group, f += heads)
                        TLane.Store(to, TLane.Broadcast(*f));
                }
            }
        }
    }

    private readonly struct SumKernel(float* factors, float* channels, int rows, int heads, int width, int most) : IHeadKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane, TVector>()
            where TLane : ILane<TVector>
            where TVector : struct
        {
            for (int t = 0; t < rows; t++)
            {
                int head = 0;
                for (; head + 4 <= heads; head += 4)
                {
                    float* to = factors + t * heads + head;
                    Vector128<float>.Zero.Store(to);
                    LaneSums.Add<TLane, TVector>(
                        Lanes<TLane, TVector>(t, head), Lanes<TLane, TVector>(t, head + 1),
                        Lanes<TLane, TVector>(t, head + 2), Lanes<TLane, TVector>(t, head + 3), to);
                }
                for (; head < heads; head++)
                    factors[t * heads + head] = TLane.Sum(Lanes<TLane, TVector>(t, head));
            }
        }

        // The sum over the vectors of a head.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private TVector Lanes<TLane, TVector>(int row, int head)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            TVector sum = TLane.Load(channels + SsdChunk.At(head * width, most) + row * SsdChunk.Group);
            for (int c = head * width + TLane.Count; c < (head + 1) * width; c += TLane.Count)
                sum = TLane.Add(sum, TLane.Load(channels + SsdChunk.At(c, most) + row * SsdChunk.Group));
            return sum;
        }
    }
}
