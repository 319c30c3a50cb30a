using Microsoft.ML.StateSpace.Definitions;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Models;

/// <summary>Builds the branches of a model: the core that the architecture names, in the scaffold that it names.</summary>
internal sealed class Scaffolding(
    ParameterLayout layout, NetworkOptions architecture, int width, bool hasIntervals = false)
{
    private int _branches; // tells the dropout masks of different branches apart

    private double Dropout => architecture.Dropout ?? 0;

    /// <summary>The residual branches of all layers, in order.</summary>
    public ResidualBranch[] CreateBranches(int layers)
    {
        if (hasIntervals)
            architecture.RequireIntervals();
        ResidualBranch[] branches =
            [.. Enumerable.Range(0, layers).SelectMany(i => layout.Scope($"Blocks.{i}", () => CreateLayer(i)))];
        if (CreateNorm("FinalNorm", architecture.FinalNorm) is { } norm)
            branches[^1] = branches[^1].Then(norm);
        return branches;
    }

    private ResidualBranch[] CreateLayer(int layer) => architecture.ChosenScaffold switch
    {
        GluScaffold glu =>
            [Branch(CreateCore, () => new Glu(layout, glu.Nonlinearity, width, Dropout, _branches++, glu.Gelu), glu.NormPlacement)],
        WienerScaffold wiener => [CreateWiener(wiener)],
        LinearScaffold linear => [Branch(() => CreateProjected(null), () => null, createSkip: CreateSkip(linear.Skip))],
        MlpScaffold mlp => [Branch(CreateCore, CreateDropout), CreateMlp(mlp.Expansion)],
        H3Scaffold h3 => [Branch(() => CreateH3(h3), CreateDropout), CreateMlp(h3.Expansion)],
        MambaScaffold mamba => [Branch(() => CreateMamba(mamba, mamba.Expansion * width), CreateDropout)],
        Mamba2Scaffold mamba => [Branch(() => CreateMamba2((SsdOptions)architecture, mamba, mamba.Expansion * width), CreateDropout)],
        CertifiedScaffold =>
        [
            Convex("CoreShare", "Core", CreateCore, TrainsGains ? "CoreGainLog" : null),
            Convex("MapShare", "Map", () => new Sandwich(layout, width)),
        ],
        HawkScaffold hawk =>
            [Branch(() => CreateHawk(hawk, hawk.RecurrentSize ?? width), CreateDropout), CreateGatedMlp(hawk.Expansion * width)],
        GriffinScaffold griffin =>
        [
            Branch(
                () => griffin.IsAttention(layer) ? CreateAttention(griffin)
                    : CreateHawk(griffin.Recurrent, griffin.RecurrentSize ?? width),
                CreateDropout),
            CreateGatedMlp(griffin.Expansion * width),
        ],
        var other => throw new NotSupportedException($"There is no scaffold for {other.GetType().Name}."),
    };

    private ResidualBranch Branch(
        Func<Layer> createCore, Func<Layer?> createMap, NormPlacement placement = NormPlacement.Pre, Func<Linear>? createSkip = null)
    {
        var norm = CreateNorm("Norm", architecture.ChosenNorm);
        bool isPre = placement == NormPlacement.Pre;
        var core = layout.Scope("Core", createCore);
        return new ResidualBranch(
            isPre ? norm : null, core, layout.Scope("Map", createMap), isPre ? null : norm,
            createSkip is null ? null : layout.Scope("Skip", createSkip));
    }

    private bool TrainsGains => architecture.Core.CoreGainOf(architecture) != CoreGain.Fixed;

    // (1 - a) x + a f(x)
    private ResidualBranch Convex(string share, string scope, Func<Layer> create, string? gain = null)
        => new(null, new ConvexBranch(layout, share, layout.Scope(scope, create), gain), null);

    private ResidualBranch CreateWiener(WienerScaffold wiener)
    {
        var kind = wiener.Nonlinearity switch
        {
            StaticNonlinearity.Tanh => ActivationKind.Tanh, StaticNonlinearity.Gelu => ActivationKind.Gelu, _ => ActivationKind.Elu,
        };
        // Where a matrix leads back from the core, the nonlinearity stands before it.
        bool isInside = HasOtherOutputs;
        Layer? Map() => isInside ? CreateDropout()
            : Dropout > 0 ? new Sequential(new Activation(kind, width), CreateDropout()!) : new Activation(kind, width);
        return Branch(() => CreateProjected(isInside ? kind : null), Map, createSkip: CreateSkip(wiener.Skip));
    }

    private bool HasOtherOutputs => (architecture.CoreSizes.Outputs ?? width) != width;

    // The core with a matrix on each side where it has other channels than the layer, and a nonlinearity behind it.
    private Layer CreateProjected(ActivationKind? nonlinearity)
    {
        int inputs = architecture.CoreSizes.Inputs ?? width, outputs = architecture.CoreSizes.Outputs ?? width;
        if (inputs == width && outputs == width)
            return CreateCore();
        var layers = new List<Layer>();
        if (inputs != width)
            layers.Add(layout.Scope("In", () => new Linear(layout, width, inputs, bias: false)));
        layers.Add(layout.Scope("StateSpace", CreateCore));
        if (nonlinearity is { } kind)
            layers.Add(new Activation(kind, outputs));
        if (outputs != width)
            layers.Add(layout.Scope("Out", () => new Linear(layout, outputs, width, bias: false)));
        return new Sequential([.. layers]);
    }

    private Func<Linear>? CreateSkip(WienerSkip skip)
        => skip == WienerSkip.Dense ? () => new Linear(layout, width, width, bias: false) : null;

    private ResidualBranch CreateMlp(int expansion) => layout.Scope("Mlp", () => Branch(
        () => new Sequential(
            Linear("In", width, expansion * width), new Activation(ActivationKind.Gelu, expansion * width),
            Linear("Out", expansion * width, width)),
        CreateDropout));

    private ResidualBranch CreateGatedMlp(int hidden) => layout.Scope("Mlp", () => Branch(
        () => new Sequential(
            new GatedProduct(
                new Sequential(Linear("Value", width, hidden)),
                new Sequential(Linear("Gate", width, hidden), new Activation(ActivationKind.Gelu, hidden))),
            Linear("Out", hidden, width)),
        CreateDropout));

    /// <summary>What H3 adds to the residual stream, less the norm in front.</summary>
    public Sequential CreateH3(H3Scaffold h3)
    {
        int size = h3.HeadSize, heads = h3.Heads(width);
        var shift = new Sequential(
            Linear("Key", width, width),
            layout.Scope(
                "Shift", () => new CausalConvolution(layout, width, h3.ShiftSize, Initialize.Normal(1), bias: false, feedThrough: true)));
        var value = new Sequential(Linear("Value", width, width));
        var core = layout.Scope("StateSpace", () => CreateCore(heads));
        var remembered = size == 1
            ? new Sequential(new GatedProduct(shift, value), core)
            : new Sequential(new HeadOuterProduct(shift, value, size), new HeadCore(core, size * size));
        var query = new Sequential(Linear("Query", width, width));
        Layer read = size == 1 ? new GatedProduct(remembered, query) : new HeadInnerProduct(remembered, query, size);
        return new Sequential(read, Linear("Out", width, width));
    }

    /// <summary>What Mamba adds to the residual stream, less the norm in front.</summary>
    public Sequential CreateMamba(MambaScaffold mamba, int channels)
    {
        var value = new Sequential(
            UniformLinear("In", width, channels),
            UniformConvolution(channels, mamba.ConvolutionWidth),
            new Activation(ActivationKind.Silu, channels),
            layout.Scope("StateSpace", () => CreateCore(channels)));
        return new Sequential(
            new GatedProduct(value, new Sequential(UniformLinear("Gate", width, channels), new Activation(ActivationKind.Silu, channels))),
            UniformLinear("Out", channels, width));
    }

    private Sequential CreateMamba2(SsdOptions ssd, Mamba2Scaffold mamba, int channels)
    {
        var site = Site(channels);
        int convolved = channels + 2 * site.States;
        var inputs = new Concat(
            new Sequential(
                UniformLinear("In", width, convolved), UniformConvolution(convolved, mamba.ConvolutionWidth),
                new Activation(ActivationKind.Silu, convolved)),
            UniformLinear("Steps", width, SsdScan.HeadsOf(ssd, channels)));
        var value = new Sequential(
            inputs, layout.Scope("StateSpace", () => site.BothWays(() => new SsdScan(layout, ssd, channels, site.States, hasIntervals))));
        return new Sequential(
            new GatedProduct(value, new Sequential(UniformLinear("Gate", width, channels), new Activation(ActivationKind.Silu, channels))),
            layout.Scope("GateNorm", () => new RmsNorm(layout, channels, architecture.NormEpsilon)),
            UniformLinear("Out", channels, width));
    }

    // The defaults of PyTorch: uniform within 1 / sqrt(fan in).
    private Linear UniformLinear(string name, int inputs, int outputs)
        => layout.Scope(name, () => new Linear(layout, inputs, outputs, bias: false, Initialize.Uniform(1 / Math.Sqrt(inputs))));

    private CausalConvolution UniformConvolution(int channels, int taps)
        => layout.Scope("Convolution", () => new CausalConvolution(layout, channels, taps, Initialize.Uniform(1 / Math.Sqrt(taps))));

    private Sequential CreateHawk(HawkScaffold hawk, int channels)
    {
        var value = new Sequential(
            Linear("In", width, channels),
            layout.Scope(
                "Convolution", () => new CausalConvolution(
                    layout, channels, hawk.ConvolutionWidth, Initialize.Normal(Math.Sqrt(0.01 / hawk.ConvolutionWidth)))),
            layout.Scope("StateSpace", () => CreateCore(channels)));
        return new Sequential(
            new GatedProduct(value, new Sequential(Linear("Gate", width, channels), new Activation(ActivationKind.Gelu, channels))),
            Linear("Out", channels, width));
    }

    private Sequential CreateAttention(GriffinScaffold griffin) => new(
        layout.Scope("Attention", () => Site(width).BothWays(
            () => new LocalAttention(layout, width, griffin.HeadsOf(width), griffin.Window))),
        Linear("Out", width, width));

    private Linear Linear(string name, int inputs, int outputs) => layout.Scope(name, () => new Linear(layout, inputs, outputs));

    private Layer? CreateDropout() => Dropout > 0 ? new TiedDropout(width, new Dropout(Dropout, 2 * _branches++)) : null;

    private Layer? CreateNorm(string name, NormKind kind) => kind switch
    {
        NormKind.LayerNorm => layout.Scope(name, () => new LayerNorm(layout, width, architecture.NormEpsilon)),
        NormKind.RmsNorm => layout.Scope(name, () => new RmsNorm(layout, width, architecture.NormEpsilon)),
        NormKind.Affine => layout.Scope(name, () => new Affine(layout, width)),
        _ => null,
    };

    /// <summary>The state-space cores of all layers, in order.</summary>
    public List<Layer> Cores { get; } = [];

    /// <summary>What the parameters of each core are named by.</summary>
    public List<string> CoreNames { get; } = [];

    private Layer CreateCore() => CreateCore(width);

    // A core of that many channels in and out.
    private Layer CreateCore(int channels)
    {
        var core = Site(channels).CreateCore();
        Cores.Add(core);
        CoreNames.Add(layout.Path);
        return core;
    }

    private CoreSite Site(int channels) => new(layout, architecture, channels, hasIntervals);
}
