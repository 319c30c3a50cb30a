using System.Globalization;

namespace Microsoft.ML.StateSpace.Execution;

/// <summary>Says in words, before anything is allocated, where a sequence is too long for the memory that it needs at once.</summary>
internal static class MemoryCheck
{
    /// <summary>Checks that an arena of so many floats, for so many time steps, can be had.</summary>
    /// <exception cref="InvalidOperationException">It is larger than an array can be, or than the memory of this machine.</exception>
    public static void Fits(long floats, int rows, ArenaUse use, INetwork network)
    {
        long available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, bytes = sizeof(float) * floats;
        if (floats <= Array.MaxLength && bytes <= available)
            return;
        string limit = bytes > available
            ? $"this process may use {Size(available)}" : $"one array may have {Size(sizeof(float) * (long)Array.MaxLength)}";
        string done = use == ArenaUse.Score ? "scored" : "trained on";
        throw new InvalidOperationException(
            $"{Count(rows)} time steps of one sequence need {Size(bytes)} of memory to be {done} with this model, but {limit}. "
            + Remedy(use, network));
    }

    /// <summary>Checks that the answer to a sequence fits one vector, and returns its length.</summary>
    /// <exception cref="InvalidOperationException">It does not.</exception>
    public static int AnswerLength(long rows, int outputs)
    {
        if (rows * outputs <= Array.MaxLength)
            return (int)(rows * outputs);
        throw new InvalidOperationException(
            $"The answer to a sequence of {Count(rows)} time steps has {Count(rows * outputs)} values, {outputs} for each step, but one "
            + $"vector may have {Count(Array.MaxLength)}. Cut the sequence into shorter ones.");
    }

    private static string Remedy(ArenaUse use, INetwork network)
        => use == ArenaUse.Score
            ? "The model is bidirectional and needs the whole sequence at once. Cut the sequence into shorter ones, or train with "
                + "Architecture.Bidirectional = false: such a model scores any length in little memory."
            : network.Head.IsPooled
                ? "Shorten the sequences, for instance to every second time step, or train a smaller model."
                : "Set TrainingOptions.Window, which cuts long records, or train a smaller model.";

    private static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Size(long bytes)
        => bytes >= 1 << 30 ? $"{(bytes / (double)(1 << 30)).ToString("F1", CultureInfo.InvariantCulture)} GB" : $"{bytes >> 20} MB";
}
