namespace LiveMonitor.Plant;

/// <summary>
/// Random numbers by their place, so that the plant goes on while nobody looks: reading 1,000 is what it is, whether the program has run
/// until then or begins there.
/// </summary>
internal static class Chance
{
    /// <summary>A number from 0 to 1 that belongs to a series and a place in it (SplitMix64; Steele, Lea, Flood, OOPSLA 2014).</summary>
    public static double Uniform(int series, long place)
    {
        ulong bits = Mix(Mix((ulong)series + 1) + (ulong)place);
        return (bits >> 11) * (1.0 / (1L << 53));
    }

    /// <summary>A standard normal number (Box and Muller 1958).</summary>
    public static double Normal(int series, long place)
        => Math.Sqrt(-2 * Math.Log(1 - Uniform(series, 2 * place))) * Math.Cos(2 * Math.PI * Uniform(series, 2 * place + 1));

    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
