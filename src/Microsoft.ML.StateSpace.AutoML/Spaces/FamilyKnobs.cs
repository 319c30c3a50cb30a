namespace Microsoft.ML.StateSpace.AutoML.Spaces;

/// <summary>The parameters of one family, those that mean something to it: what a core or its block cannot have is not among them.</summary>
internal static class FamilyKnobs
{
    private static readonly LruOptions Lru = new();
    private static readonly RgLruOptions RgLru = new();
    private static readonly L2RuOptions L2Ru = new();

    public static IEnumerable<Knob> Of(SequenceFamily family, SequenceTask task) =>
    [
        .. Own(family),
        .. family == SequenceFamily.L2Ru ? [] : new[] { ScaffoldKnob.Create(family) },
        .. family == SequenceFamily.L2Ru || task != SequenceTask.Classification ? [] : new[] { Bidirectional(family) },
    ];

    private static IEnumerable<Knob> Own(SequenceFamily family) => family switch
    {
        SequenceFamily.S5 or SequenceFamily.S4D or SequenceFamily.S4 or SequenceFamily.Liv => [States(8, 16, 32, 64), .. StepSizeKnobs.All],
        SequenceFamily.S6 => [States(4, 8, 16, 32), .. StepSizeKnobs.All],
        SequenceFamily.Ssd => [States(16, 32, 64), .. StepSizeKnobs.All],
        SequenceFamily.Lru =>
        [
            States(8, 16, 32, 64, 96),
            Number<LruOptions>("RadiusMinimum", 0, 0.9, 0.8, false, o => o.RadiusMinimum != Lru.RadiusMinimum, (o, v) => o with { RadiusMinimum = v }),
            Number<LruOptions>("RadiusMaximum", 0.92, 0.9999, 0.99, false, o => o.RadiusMaximum != Lru.RadiusMaximum, (o, v) => o with { RadiusMaximum = v }),
            Number<LruOptions>("PhaseMaximum", Math.Tau / 64, Math.Tau, Math.Tau, true, o => o.PhaseMaximum != Lru.PhaseMaximum, (o, v) => o with { PhaseMaximum = v }),
        ],
        SequenceFamily.RgLru =>
        [
            Number<RgLruOptions>("RadiusMinimum", 0.5, 0.95, 0.9, false, o => o.RadiusMinimum != RgLru.RadiusMinimum, (o, v) => o with { RadiusMinimum = v }),
            Number<RgLruOptions>("RadiusMaximum", 0.96, 0.9999, 0.999, false, o => o.RadiusMaximum != RgLru.RadiusMaximum, (o, v) => o with { RadiusMaximum = v }),
        ],
        _ =>
        [
            States(8, 16, 32, 64),
            Number<L2RuOptions>("Gain", 1, 64, 1, true, o => o.Gain != L2Ru.Gain, (o, v) => o with { Gain = v }),
            Number<L2RuOptions>("RadiusMinimum", 0, 0.9, 0.8, false, o => o.RadiusMinimum != L2Ru.RadiusMinimum, (o, v) => o with { RadiusMinimum = v }),
            Number<L2RuOptions>("RadiusMaximum", 0.92, 0.9999, 0.99, false, o => o.RadiusMaximum != L2Ru.RadiusMaximum, (o, v) => o with { RadiusMaximum = v }),
        ],
    };

    private static Knob States(params int[] sizes)
        => Knob.Choice(
            "StateSize", sizes, sizes[0] == 4 ? 16 : 32, s => s.Architecture.StateSize is not null, (s, v) => s with { Architecture = s.Architecture with { StateSize = v } });

    private static Knob Bidirectional(SequenceFamily family)
        => Knob.Choice(
            "Bidirectional", [false, true], Families.Create(family).IsUsuallyBidirectional, s => s.Architecture.Bidirectional is not null,
            (s, v) => s with { Architecture = s.Architecture with { Bidirectional = v } });

    private static Knob Number<T>(string name, double low, double high, double usual, bool logarithmic, Func<T, bool> isSet, Func<T, double, T> apply)
        where T : ArchitectureOptions
        => Knob.Number(
            name, low, high, usual, logarithmic, s => s.Architecture is T own && isSet(own), (s, v) => s with { Architecture = apply((T)s.Architecture, v) });
}
