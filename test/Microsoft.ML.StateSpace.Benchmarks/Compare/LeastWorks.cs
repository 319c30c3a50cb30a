namespace Microsoft.ML.StateSpace.Benchmarks.Compare;

/// <summary>What a layer of so many channels and states cannot do without on so many rows, forward or in a training step.</summary>
internal delegate Work LeastWork(int rows, int size, int states, bool train);

/// <summary>The floors of the layers that are measured.</summary>
internal static class LeastWorks
{
    // The operations of an exponential, counted as those of the polynomial that approximates it.
    private const double Exponential = 16;

    /// <summary>
    /// Forward: the products with B and C; the input is read and the output written once. Training adds both gradients of each
    /// product; the states are written and read once, the input and both gradients once more.
    /// </summary>
    public static Work Diagonal(int rows, int size, int states, bool train)
    {
        double products = 8.0 * rows * size * states, values = 4.0 * rows * size;
        return train ? new Work(3 * products, (5 + 2 * 2) * values) : new Work(products, 2 * values);
    }

    /// <summary>
    /// Forward: the products of the chunks with the states between them; the input is read and the output written once. Training adds
    /// both gradients of each product, and passes over the input and both gradients once more.
    /// </summary>
    public static Work Channels(int rows, int size, int states, bool train)
    {
        double products = 8.0 * rows * size * states, values = 4.0 * rows * size;
        return train ? new Work(3 * products, 5 * values) : new Work(products, 2 * values);
    }

    /// <summary>
    /// Forward: the projections, and for each state and row an exponential and three multiply-adds; the input is read and the output
    /// written once. Training adds both gradients of each projection, computes the recurrence twice and nine multiply-adds more, and
    /// passes over the input and both gradients once more.
    /// </summary>
    public static Work Selective(int rows, int size, int states, bool train)
    {
        int rank = (size + 15) / 16;
        double products = 2.0 * rows * size * (2 * rank + 2 * states);
        double scan = rows * (double)size * states * (Exponential + 6);
        double values = 4.0 * rows * size;
        return train ? new Work(3 * products + 2 * scan + 18.0 * rows * size * states, 5 * values) : new Work(products + scan, 2 * values);
    }

    /// <summary>
    /// Forward: the products of the two gates, and for each channel and row three exponentials and some twelve operations; the input is
    /// read and the output written once. Training adds both gradients of each product, one exponential and 25 operations; gates and
    /// states are written and read once, the input and both gradients once more.
    /// </summary>
    public static Work Gated(int rows, int size, int states, bool train)
    {
        double products = 4.0 * rows * size * size, gates = rows * (double)size * (3 * Exponential + 12), values = 4.0 * rows * size;
        return train ? new Work(3 * products + gates + rows * (double)size * (Exponential + 25), (5 + 3 * 2) * values)
            : new Work(products + gates, 2 * values);
    }

    /// <summary>
    /// Forward: the projection, and three multiply-adds for each state and row, which is what the recurrence takes (chunks take more);
    /// the input is read and the output written once. Training adds both gradients of each, and passes over the input and both
    /// gradients once more.
    /// </summary>
    public static Work Ssd(int rows, int size, int states, bool train)
    {
        double products = 2.0 * rows * size * (2 * states + size / 16), scan = 6.0 * rows * size * states, values = 4.0 * rows * size;
        return train ? new Work(3 * (products + scan), 5 * values) : new Work(products + scan, 2 * values);
    }

    /// <summary>As <see cref="Diagonal"/>, and the dense feed-through.</summary>
    public static Work Certified(int rows, int size, int states, bool train)
        => Diagonal(rows, size, states, train) + new Work((train ? 3 : 1) * 2.0 * rows * size * size, 0);

    /// <summary>
    /// The core has twice the channels of the block. Forward: what <see cref="Selective"/> computes, the two projections into the block
    /// and the one out of it, the convolution of four taps, and SiLU twice, each an exponential and some four operations; the block's
    /// input is read and its output written once. Training adds both gradients of each product, counts SiLU twice, and passes over the
    /// input and both gradients once more.
    /// </summary>
    public static Work Mamba(int rows, int size, int states, bool train)
    {
        int inner = 2 * size;
        double products = 6.0 * rows * size * inner + 8.0 * rows * inner;
        double gates = 2.0 * rows * inner * (Exponential + 4);
        double values = 4.0 * rows * size;
        double core = Selective(rows, inner, states, train).Flops;
        return train ? new Work(core + 3 * products + 2 * gates, 5 * values) : new Work(core + products + gates, 2 * values);
    }

    /// <summary>
    /// Forward: what <see cref="Channels"/> computes, the four projections, and the taps of the shift; the block's input is read and its
    /// output written once. Training adds both gradients of each, and passes over the input and both gradients once more.
    /// </summary>
    public static Work H3(int rows, int size, int states, bool train)
        => Channels(rows, size, states, train) + new Work((train ? 3 : 1) * (8.0 * rows * size * size + 4.0 * rows * size * states), 0);
}
