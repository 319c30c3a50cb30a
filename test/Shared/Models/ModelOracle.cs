using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Testing.Enrolments;

namespace Microsoft.ML.StateSpace.Testing.Oracle;

/// <summary>A residual block, pooling, and the whole network, without dropout.</summary>
internal sealed record ModelOracle(SequenceModelOptions Options, double? OtherEpsilon = null)
{
    private double Epsilon => OtherEpsilon ?? Options.Network.NormEpsilon;

    /// <summary>The time from the step before to each step of the sequence, where the model takes it.</summary>
    public double[] Intervals { get; init; } = [];

    /// <summary>Logits (1, classes), or standardised outputs (length, outputs), of one sequence in its own unit.</summary>
    public double[][] Forward(OracleParameters p, double[][] x)
        => ForwardFrom(0, p, FirstStream(p, x));

    /// <summary>The same from the stream h in front of a layer on, or behind the last.</summary>
    public double[][] ForwardFrom(int layer, OracleParameters p, double[][] h)
    {
        h = Decoded(layer, p, h);
        return Capped(Gain is double gain
            ? L2Ru.Bounded(p.Scope("Decoder"), h, h[0].Length, gain * (1 - 1e-4) / EncoderGain / PoolGain / Amplified(p))
            : PositionWise.Linear(p.Scope("Decoder"), h));
    }

    private double[][] Capped(double[][] outputs)
        => Options.Network.LogitsSoftCap is double cap ? Scaffolds.Each(value => cap * Math.Tanh(value / cap), outputs) : outputs;

    /// <summary>Logits or standardised outputs (1, outputs) of a pair of sequences.</summary>
    public double[][] ForwardPair(OracleParameters p, double[][] first, double[][] second)
    {
        double[] a = Decoded(0, p, FirstStream(p, first))[0], b = Decoded(0, p, FirstStream(p, second))[0];
        return Capped(DecodePair(p.Scope("Decoder"), [[.. a, .. b]]));
    }

    /// <summary>Answers of rows that hold two pooled vectors side by side.</summary>
    public static double[][] DecodePair(OracleParameters p, double[][] rows)
    {
        double[][] features = [.. rows.Select(row =>
        {
            double[] a = row[..(row.Length / 2)], b = row[(row.Length / 2)..];
            return (double[])[.. a, .. b, .. a.Zip(b, (x, y) => x - y), .. a.Zip(b, (x, y) => x * y)];
        })];
        return PositionWise.Linear(
            p.Scope("Output"), Scaffolds.Each(KernelOracle.Gelu, PositionWise.Linear(p.Scope("Hidden"), features)));
    }

    private double[][] FirstStream(OracleParameters p, double[][] x)
        => Options.Vocabulary > 0
            ? PositionWise.Embedding(p.Scope("Encoder"), x, Options.Network.ModelSize!.Value)
            : Encode(p.Scope("Encoder"), InputOracle.Rows(Options, p.Scope("Input"), x));

    // What the decoder reads: rows, or one pooled vector.
    private double[][] Decoded(int layer, OracleParameters p, double[][] h)
    {
        var architecture = Options.Network;
        for (int i = layer; i < architecture.Layers; i++)
            h = Block(p.Scope($"Blocks.{i}"), h);
        if (layer < architecture.Layers) // the stream behind the last layer has the final norm behind it
            h = Norm(architecture.FinalNorm, p.Scope("FinalNorm"), h);
        if (Options.Task is SequenceTask.Classification or SequenceTask.Regression)
        {
            h = [architecture.Pooling == Pooling.MeanAndShare
                ? MeanAndShare(p.Scope("Pool"), h) : Pool(architecture.Pooling ?? Pooling.Mean, h)];
        }
        return h;
    }

    private double[][] Encode(OracleParameters p, double[][] x)
        => Gain is not null ? L2Ru.Bounded(p, x, x[0].Length, EncoderGain) : PositionWise.Linear(p, x);

    // What the decoder of a certified model takes back of what its layers amplify.
    private double Amplified(OracleParameters p)
        => Options.Network.Core.CoreGainOf(Options.Network) != CoreGain.Balanced ? 1
            : Enumerable.Range(0, Options.Network.Layers!.Value).Select(i => p.Scope($"Blocks.{i}")).Aggregate(
                1.0, (product, q) => product * (1 + KernelOracle.Sigmoid(q["CoreShare"][0]) * (Math.Exp(q["CoreGainLog"][0]) - 1)));

    // The largest gain of the whole network, where it is certified.
    private double? Gain => Options.Network.Core.GainOf(Options.Network);

    // Of a certified model: channels of the size of the inputs.
    private double EncoderGain
        => Math.Sqrt((double)Options.Network.ModelSize!.Value / (Options.MissingValues is null ? 1 : 2) / Options.Inputs);

    // Mean and maximum side by side may be longer than each by this factor.
    private double PoolGain
        => Options.Task is SequenceTask.Classification or SequenceTask.Regression && Options.Network.Pooling == Pooling.MeanAndMax
            ? Math.Sqrt(2) : 1;

    /// <summary>Outputs in the targets' unit.</summary>
    public double[][] Predict(OracleParameters p, double[][] x)
        => [.. Forward(p, x).Select(row => row.Select((value, c) => value * p["Output.Deviation"][c] + p["Output.Mean"][c]).ToArray())];

    /// <summary>One layer: the branches of its scaffold.</summary>
    public double[][] Block(OracleParameters p, double[][] x) => Options.Network.ChosenScaffold switch
    {
        GluScaffold glu => Branch(
            p, x, glu.NormPlacement,
            (q, u) => PositionWise.Glu(q.Scope("Map"), Core(q.Scope("Core"), u), glu.Nonlinearity, gelu: glu.Gelu)),
        WienerScaffold wiener => Branch(
            p, x, NormPlacement.Pre, (q, u) => Projected(q.Scope("Core"), u, Function(wiener.Nonlinearity))),
        LinearScaffold => Branch(p, x, NormPlacement.Pre, (q, u) => Projected(q.Scope("Core"), u, value => value)),
        CertifiedScaffold => Certified(p, x),
        MlpScaffold => Mlp(p, Branch(p, x, NormPlacement.Pre, (q, u) => Core(q.Scope("Core"), u)), Scaffolds.Mlp),
        H3Scaffold { HeadSize: > 1 } h3 => Mlp(
            p, Branch(p, x, NormPlacement.Pre, (q, u) => Scaffolds.H3(q.Scope("Core"), u, Core, h3.HeadSize)), Scaffolds.Mlp),
        H3Scaffold => Mlp(p, Branch(p, x, NormPlacement.Pre, (q, u) => Scaffolds.H3(q.Scope("Core"), u, Core)), Scaffolds.Mlp),
        MambaScaffold => Branch(p, x, NormPlacement.Pre, (q, u) => Scaffolds.Mamba(q.Scope("Core"), u, Core)),
        Mamba2Scaffold => Branch(
            p, x, NormPlacement.Pre, (q, u) => Ssd.Mamba2(q.Scope("Core"), u, (r, rows) => BothWays(r, rows, Scan), Epsilon)),
        HawkScaffold => Mlp(p, Branch(p, x, NormPlacement.Pre, (q, u) => Scaffolds.Hawk(q.Scope("Core"), u, Core)), Scaffolds.GatedMlp),
        GriffinScaffold griffin => Mlp(
            p,
            Branch(
                p, x, NormPlacement.Pre,
                (q, u) => q.Has("Core.Gate.Weight") ? Scaffolds.Hawk(q.Scope("Core"), u, Core) : Attend(griffin, q.Scope("Core"), u)),
            Scaffolds.GatedMlp),
        var other => throw new NotSupportedException(other.GetType().Name),
    };

    private double[][] Attend(GriffinScaffold griffin, OracleParameters p, double[][] x) => PositionWise.Linear(
        p.Scope("Out"),
        new CoreCall(Options, p.Scope("Attention"), x, Intervals).BothWays(
            (q, u) => Attention.Local(q, u, griffin.HeadsOf(x[0].Length), griffin.Window)));

    private double[][] Mlp(OracleParameters p, double[][] x, SequenceMap map)
        => Branch(p.Scope("Mlp"), x, NormPlacement.Pre, (q, u) => map(q.Scope("Core"), u));

    // Out f(core(In x)), with a matrix wherever the core has other channels than the layer.
    private double[][] Projected(OracleParameters p, double[][] x, Func<double, double> function)
    {
        bool isInside = p.Has("In.Weight") || p.Has("Out.Weight");
        double[][] inner = p.Has("In.Weight") ? PositionWise.Linear(p.Scope("In"), x) : x,
            outer = Scaffolds.Each(function, Core(isInside ? p.Scope("StateSpace") : p, inner));
        return p.Has("Out.Weight") ? PositionWise.Linear(p.Scope("Out"), outer) : outer;
    }

    private static Func<double, double> Function(StaticNonlinearity kind)
        => kind switch { StaticNonlinearity.Tanh => Math.Tanh, StaticNonlinearity.Gelu => KernelOracle.Gelu, _ => KernelOracle.Elu };

    // (1 - a) x + a core(x), then the same with the sandwich.
    private double[][] Certified(OracleParameters p, double[][] x)
    {
        double gain = p.Has("CoreGainLog") ? Math.Exp(p["CoreGainLog"][0]) : 1;
        double[][] core = Scaffolds.Each(value => gain * value, Core(p.Scope("Core"), x));
        double[][] middle = Sum(x, L2Ru.Convex(p["CoreShare"][0], x, core));
        return Sum(middle, L2Ru.Convex(p["MapShare"][0], middle, L2Ru.Sandwich(p.Scope("Map"), middle)));
    }

    private static double[][] Sum(double[][] x, double[][] y) => [.. x.Zip(y, (a, b) => a.Zip(b, (left, right) => left + right).ToArray())];

    // F x + f(norm(x)) or norm(F x + f(x)).
    private double[][] Branch(OracleParameters p, double[][] x, NormPlacement placement, SequenceMap f)
    {
        bool pre = placement == NormPlacement.Pre;
        double[][] skip = p.Has("Skip.Weight") ? PositionWise.Linear(p.Scope("Skip"), x) : x;
        double[][] sum = Sum(skip, f(p, pre ? Norm(Options.Network.ChosenNorm, p.Scope("Norm"), x) : x));
        return pre ? sum : Norm(Options.Network.ChosenNorm, p.Scope("Norm"), sum);
    }

    private static double[] MeanAndShare(OracleParameters p, double[][] x)
        => [.. Pool(Pooling.Mean, x), .. Pool(Pooling.Mean, [.. x.Select(row => row.Select((value, h)
            => 1 / (1 + Math.Exp(-p["Slope"][h] * (value - p["Threshold"][h])))).ToArray())])];

    public static double[] Pool(Pooling kind, double[][] x) => kind switch
    {
        Pooling.Last => x[^1],
        Pooling.Mean => [.. x[0].Select((_, c) => x.Average(row => row[c]))],
        Pooling.MeanAndMax => [.. Pool(Pooling.Mean, x), .. Pool(Pooling.Max, x)],
        _ => [.. x[0].Select((_, c) => x.Max(row => row[c]))],
    };

    private double[][] Norm(NormKind kind, OracleParameters p, double[][] x) => kind switch
    {
        NormKind.LayerNorm => PositionWise.LayerNorm(p, x, Epsilon),
        NormKind.RmsNorm => PositionWise.RmsNorm(p, x, Epsilon),
        NormKind.Affine => PositionWise.Affine(p, x),
        _ => x,
    };

    private double[][] Scan(OracleParameters p, double[][] rows, double[] intervals)
        => Ssd.Scan(p, rows, Options.Network.StateSize!.Value, intervals);

    private double[][] Core(OracleParameters p, double[][] x)
        => CoreEnrolment.Of(Options.Network).Oracle(new(Options, p, x, Intervals));

    private double[][] BothWays(OracleParameters p, double[][] x, IrregularMap core)
        => new CoreCall(Options, p, x, Intervals).BothWays(core);
}
