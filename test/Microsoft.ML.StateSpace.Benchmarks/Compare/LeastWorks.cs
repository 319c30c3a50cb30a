namespace Microsoft.ML.StateSpace.Benchmarks.Compare;

/// <summary>What a layer of so many channels and states cannot do without on so many rows, forward or in a training step.</summary>
internal delegate Work LeastWork(int rows, int size, int states, bool train);

/// <summary>The floors of the layers that are measured.</summary>
internal static class LeastWorks
{
    // Of an exponential, counted as the polynomial that it takes.
    private const double Exponential = 16;

    /// <summary>
    /// Products with B and C, and in training both gradients of each; the input read and the output written once; in training the
    /// states written and read once, the input and both gradients once more.
    /// </summary>
    public static Work Diagonal(int rows, int size, int states, bool train)
    {
        double products = 8.0 * rows * size * states, values = 4.0 * rows * size;
        return train ? new Work(3 * products, (5 + 2 * 2) * values) : new Work(products, 2 * values);
    }

    /// <summary>
    /// The products of chunks with the states between them, and in training both gradients of each; the input read and the output
    /// written once; in training the input and both gradients once more.
    /// </summary>
    public static Work Channels(int rows, int size, int states, bool train)
    {
        double products = 8.0 * rows * size * states, values = 4.0 * rows * size;
        return train ? new Work(3 * products, 5 * values) : new Work(products, 2 * values);
    }

    /// <summary>
    /// The projections, and in training both gradients of each; an exponential and three multiply-adds a state and row, in training
    /// twice and nine more; the input read and the output written once; in training the input and both gradients once more.
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
    /// The two gates, and in training both gradients of each; three exponentials and some twelve flops a channel and row, in
    /// training one and 25 more; the input read and the output written once; in training gates and states written and read once,
    /// the input and both gradients once more.
    /// </summary>
    public static Work Gated(int rows, int size, int states, bool train)
    {
        double products = 4.0 * rows * size * size, gates = rows * (double)size * (3 * Exponential + 12), values = 4.0 * rows * size;
        return train ? new Work(3 * products + gates + rows * (double)size * (Exponential + 25), (5 + 3 * 2) * values)
            : new Work(products + gates, 2 * values);
    }

    /// <summary>
    /// The projection, and three multiply-adds a state and row, which is the recurrence, not the chunks; in training both gradients
    /// of each; the input read and the output written once; in training the input and both gradients once more.
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
    /// In the channels of the core, twice the block's: what <see cref="Selective"/> computes, both projections into the block, that
    /// out of it, the convolution of four taps, and two times SiLU, an exponential and some four flops, in training twice; the
    /// block's input read and its output written once; in training the input and both gradients once more.
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
    /// What <see cref="Channels"/> computes, the four projections, the taps of the shift, and in training both gradients of each;
    /// the block's input read and its output written once; in training the input and both gradients once more.
    /// </summary>
    public static Work H3(int rows, int size, int states, bool train)
        => Channels(rows, size, states, train) + new Work((train ? 3 : 1) * (8.0 * rows * size * size + 4.0 * rows * size * states), 0);
}
