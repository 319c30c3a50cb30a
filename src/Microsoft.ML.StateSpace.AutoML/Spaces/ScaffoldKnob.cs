namespace Microsoft.ML.StateSpace.AutoML.Spaces;

/// <summary>
/// The block around a core. Any core goes into any of these blocks. The two blocks that take only one core are the published blocks of that
/// core, so they need no name of their own here. Griffin, whose attention costs more the longer sequences are, is one for the cores that
/// are published in the block of its recurrent layers. A linear network is not among them: it is taken to be read, not to be accurate.
/// </summary>
internal static class ScaffoldKnob
{
    public const string Name = "Scaffold";

    private static readonly (string Name, Func<ScaffoldOptions> Create)[] All =
    [
        ("Glu", () => new GluScaffold()),
        ("Wiener", () => new WienerScaffold()),
        ("Mlp", () => new MlpScaffold()),
        ("H3", () => new H3Scaffold()),
        ("Mamba", () => new MambaScaffold()),
        ("Hawk", () => new HawkScaffold()),
        ("Griffin", () => new GriffinScaffold()),
    ];

    public static Knob Create(CoreDefinition core)
    {
        var published = core.PublishedScaffold;
        var others = All.Where(s => s.Create() is var other && other.GetType() != published.GetType()
            && (other is not GriffinScaffold || published is HawkScaffold));
        return Knob.Choice(
            Name, [CommonKnobs.Published, .. others.Select(s => s.Name)], CommonKnobs.Published, s => s.Network?.Scaffold is not null,
            (s, name) => s.With(network => network with { Scaffold = Array.Find(All, a => a.Name == name).Create?.Invoke() }));
    }
}
