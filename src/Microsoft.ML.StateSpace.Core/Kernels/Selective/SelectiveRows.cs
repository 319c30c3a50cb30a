namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>How the input of a step of length Delta enters a state that decays at the rate A.</summary>
internal interface IInputRule
{
    /// <summary>
    /// Whether the input is held over the step, with the factor <c>(exp(Delta A) - 1) / A</c>; otherwise Euler's rule, with the factor
    /// <c>Delta</c>.
    /// </summary>
    static abstract bool IsHeld { get; }
}

internal readonly struct EulerInput : IInputRule
{
    public static bool IsHeld => false;
}

internal readonly struct HeldInput : IInputRule
{
    public static bool IsHeld => true;
}

/// <summary>What a selective scan reads of one sequence: D channels, N states a channel.</summary>
internal readonly ref struct SelectiveSequence
{
    /// <summary>A, (N, D), negative.</summary>
    public required ReadOnlySpan<float> Rates { get; init; }

    /// <summary>D of the paper, (D).</summary>
    public required ReadOnlySpan<float> Skip { get; init; }

    /// <summary>u, (rows, D).</summary>
    public required ReadOnlySpan<float> Input { get; init; }

    /// <summary>Delta, (rows, D), positive.</summary>
    public required ReadOnlySpan<float> Steps { get; init; }

    /// <summary>Rows whose last 2N values are B_t and C_t, (rows, .. + N + N).</summary>
    public required ReadOnlySpan<float> Projections { get; init; }

    public required bool IsHeld { get; init; }

    public int Channels => Skip.Length;

    public int States => Rates.Length / Skip.Length;

    public int Rows => Input.Length / Channels;

    public int ProjectionSize => Projections.Length / Rows;
}

/// <summary>Pointers to some rows of a <see cref="SelectiveSequence"/>.</summary>
internal readonly unsafe struct SelectiveRows(
    float* rates, float* skip, float* input, float* steps, float* b, int channels, int states, int projection, int rows)
{
    public readonly float* Rates = rates, Skip = skip, Input = input, Steps = steps, B = b, C = b + states;
    public readonly int Channels = channels, States = states, Projection = projection, Rows = rows;

    /// <summary>The channels from <paramref name="channel"/> on.</summary>
    public SelectiveRows From(int channel)
        => new(Rates + channel, Skip + channel, Input + channel, Steps + channel, B, Channels, States, Projection, Rows);

    /// <summary><paramref name="count"/> rows from row <paramref name="first"/> on.</summary>
    public SelectiveRows Part(int first, int count)
        => new(
            Rates, Skip, Input + (nint)first * Channels, Steps + (nint)first * Channels,
            B + (nint)first * Projection, Channels, States, Projection, count);
}
