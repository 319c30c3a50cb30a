namespace Microsoft.ML.StateSpace.AutoML;

/// <summary>The state-space cores that a sweep can choose from.</summary>
public enum SequenceFamily
{
    /// <summary><see cref="S5Options"/>.</summary>
    S5,

    /// <summary><see cref="LruOptions"/>.</summary>
    Lru,

    /// <summary><see cref="S4DOptions"/>.</summary>
    S4D,

    /// <summary><see cref="S4Options"/>.</summary>
    S4,

    /// <summary><see cref="S6Options"/>.</summary>
    S6,

    /// <summary><see cref="SsdOptions"/>.</summary>
    Ssd,

    /// <summary><see cref="RgLruOptions"/>.</summary>
    RgLru,

    /// <summary><see cref="LivOptions"/>.</summary>
    Liv,

    /// <summary><see cref="L2RuOptions"/>.</summary>
    L2Ru,
}

/// <summary>Families and their options records.</summary>
internal static class Families
{
    /// <summary>What is swept where nothing is asked for: the cores that are fast and good at many things. The first is the default.</summary>
    public static readonly SequenceFamily[] Usual = [SequenceFamily.S5, SequenceFamily.Lru, SequenceFamily.Ssd, SequenceFamily.RgLru];

    public static ArchitectureOptions Create(SequenceFamily family) => family switch
    {
        SequenceFamily.S5 => new S5Options(),
        SequenceFamily.Lru => new LruOptions(),
        SequenceFamily.S4D => new S4DOptions(),
        SequenceFamily.S4 => new S4Options(),
        SequenceFamily.S6 => new S6Options(),
        SequenceFamily.Ssd => new SsdOptions(),
        SequenceFamily.RgLru => new RgLruOptions(),
        SequenceFamily.Liv => new LivOptions(),
        SequenceFamily.L2Ru => new L2RuOptions(),
        _ => throw new ArgumentOutOfRangeException(nameof(family), family, $"A family must be one of {string.Join(", ", Enum.GetNames<SequenceFamily>())}."),
    };

    public static SequenceFamily Of(ArchitectureOptions architecture)
        => Enum.GetValues<SequenceFamily>().First(family => Create(family).GetType() == architecture.GetType());
}
