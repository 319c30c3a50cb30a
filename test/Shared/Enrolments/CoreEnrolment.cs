using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Testing.Enrolments;

/// <summary>
/// What a core brings to the tests. Each core has one enrolment, a class derived from this one, which is found by reflection. The laws of
/// layers, models, streams, pieces and files, the parity of the engines, the checks of options, allocation and sweeps all draw their cases
/// from it.
/// </summary>
internal abstract class CoreEnrolment
{
    /// <summary>The enrolments of all cores, in the order of their definitions.</summary>
    public static IReadOnlyList<CoreEnrolment> All { get; } =
    [
        .. typeof(CoreEnrolment).Assembly.GetTypes().Where(type => !type.IsAbstract && type.IsSubclassOf(typeof(CoreEnrolment)))
            .Select(type => (CoreEnrolment)Activator.CreateInstance(type)!).OrderBy(enrolment => enrolment.Definition.Rank),
    ];

    /// <summary>The definition of the core.</summary>
    public abstract CoreDefinition Definition { get; }

    /// <summary>Small models with the core, by names that tests and their reports use.</summary>
    public abstract IEnumerable<(string Name, SequenceModelOptions Options)> Models { get; }

    /// <summary>The layers of the core, which are held to the laws of layers.</summary>
    public abstract IEnumerable<LayerCase> Layers { get; }

    /// <summary>Options that cannot work, each with the name of the option that must be refused.</summary>
    public virtual IEnumerable<(string Option, NetworkOptions Options)> Wrong => [];

    /// <summary>Models whose training must allocate nothing once it runs, with the number of sequences and their length.</summary>
    public virtual IEnumerable<(string Model, int Sequences, int Length)> Allocations => [];

    /// <summary>Options of the core that are streamed in every form of a GLU block. A certified core fits into no such block.</summary>
    public virtual IEnumerable<NetworkOptions> Streamed
        => Definition.IsCertified
            ? []
            : [Definition.WithStepSizes(Definition.CreateOptions(), Definition.HasStepSizes ? 0.01 : null, null)];

    /// <summary>Options that clash with some of what a sweep draws beside them, so that it has to repair the combination.</summary>
    public virtual IEnumerable<NetworkOptions> Clashes => [];

    /// <summary>The enrolment of the core that the options choose.</summary>
    public static CoreEnrolment Of(NetworkOptions options) => All.Single(enrolment => enrolment.Definition == options.Definition);

    /// <summary>What the core of a model does to one sequence, in double and straight from its paper.</summary>
    public abstract double[][] Oracle(CoreCall call);

    protected static SequenceModelOptions Classifier(NetworkOptions architecture)
        => new() { Task = SequenceTask.Classification, Inputs = 2, Outputs = 3, Architecture = architecture };

    protected static SequenceModelOptions Regressor(NetworkOptions architecture)
        => new() { Task = SequenceTask.SequenceToSequence, Inputs = 2, Outputs = 2, Architecture = architecture };

    protected static SequenceModelOptions OfTokens(SequenceModelOptions options) => options with { Inputs = 1, Vocabulary = 5 };
}

/// <inheritdoc/>
/// <typeparam name="TOptions">The options record of the core.</typeparam>
internal abstract class CoreEnrolment<TOptions> : CoreEnrolment
    where TOptions : NetworkOptions
{
    public sealed override CoreDefinition Definition => CoreDefinition.Of(typeof(TOptions));

    public sealed override double[][] Oracle(CoreCall call) => Oracle(call, (TOptions)call.Model.Architecture);

    /// <inheritdoc cref="CoreEnrolment.Oracle(CoreCall)"/>
    protected abstract double[][] Oracle(CoreCall call, TOptions options);
}

/// <summary>One sequence that goes through the core of a model.</summary>
/// <param name="Model">The model.</param>
/// <param name="Parameters">The parameters of the core.</param>
/// <param name="Input">The sequence, by time and channel.</param>
/// <param name="Intervals">The time since the step before, for each step, where the model takes it.</param>
internal sealed record CoreCall(SequenceModelOptions Model, OracleParameters Parameters, double[][] Input, double[] Intervals)
{
    /// <summary>A core that by itself reads one way: once, or, where the model reads both ways, once in each direction.</summary>
    public double[][] BothWays(SequenceMap core)
        => Model.Network.Bidirectional == true ? Scaffolds.Bidirectional(Parameters, Input, core) : core(Parameters, Input);

    /// <inheritdoc cref="BothWays(SequenceMap)"/>
    public double[][] BothWays(IrregularMap core)
        => !Model.HasIntervals ? BothWays((p, x) => core(p, x, []))
            : Model.Network.Bidirectional == true ? Scaffolds.Bidirectional(Parameters, Input, Intervals, core)
            : core(Parameters, Input, Intervals);
}

/// <summary>A layer that is held to the laws of layers: how it is made for a width, and its oracle.</summary>
/// <param name="Name">The name in test reports.</param>
/// <param name="Create">Makes the layer for a number of channels.</param>
/// <param name="Oracle">What it does to one sequence.</param>
/// <param name="IsCausal">Whether it does not see the future, so that it can also make single steps.</param>
/// <param name="TakesIntervals">Whether it takes the time between steps.</param>
internal sealed record LayerCase(
    string Name, Func<ParameterLayout, int, Layer> Create, IrregularMap Oracle, bool IsCausal, bool TakesIntervals)
{
    /// <summary>A layer that reads both ways sees the future; one that reads one way does not.</summary>
    public static LayerCase Of(string name, Func<ParameterLayout, int, Layer> create, SequenceMap oracle, bool twoWay)
        => new(name, create, (p, x, _) => oracle(p, x), IsCausal: !twoWay, TakesIntervals: false);

    public static LayerCase OneWay(string name, Func<ParameterLayout, int, Layer> create, SequenceMap oracle)
        => Of(name, create, oracle, twoWay: false);

    /// <summary>A layer that reads one way, on time steps that are equally far apart and, under a second name, on others.</summary>
    public static LayerCase[] WithAndWithoutIntervals(
        string name, Func<ParameterLayout, int, bool, Layer> create, IrregularMap oracle) =>
    [
        OneWay(name, (layout, size) => create(layout, size, false), (p, x) => oracle(p, x, [])),
        new($"{name}, irregular", (layout, size) => create(layout, size, true), oracle, IsCausal: true, TakesIntervals: true),
    ];

    public override string ToString() => Name;
}
