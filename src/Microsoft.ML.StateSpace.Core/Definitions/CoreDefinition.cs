using Microsoft.ML.StateSpace.Layers;

namespace Microsoft.ML.StateSpace.Definitions;

/// <summary>
/// The base of every core's definition, by the type of its options. A new core derives one class from it, in a file of this folder; it is
/// found by reflection, so no list has to be changed.
/// </summary>
/// <typeparam name="TOptions">The options record of the core.</typeparam>
internal abstract class CoreDefinition<TOptions> : CoreDefinition, ICoreFactory
    where TOptions : NetworkOptions, new()
{
    public sealed override Type OptionsType => typeof(TOptions);

    public sealed override bool HasStepSizes => StepSizes is not null;

    /// <summary>Where the options hold their initial step sizes; <see langword="null"/> where the core has none.</summary>
    protected virtual StepSizeAccess<TOptions>? StepSizes => null;

    /// <summary>The search ranges of the two initial step sizes. They do not meet, so whatever is drawn from them is in order.</summary>
    protected SearchRange[] StepSizeRanges =>
    [
        new NumberRange(
            "StepSizeMinimum", 1e-4, 0.01, 1e-3, true, o => StepSizesOf((TOptions)o).Minimum,
            (o, value) => WithStepSizes((TOptions)o, value, StepSizesOf((TOptions)o).Maximum)),
        new NumberRange(
            "StepSizeMaximum", 0.02, 1, 0.1, true, o => StepSizesOf((TOptions)o).Maximum,
            (o, value) => WithStepSizes((TOptions)o, StepSizesOf((TOptions)o).Minimum, value)),
    ];

    public sealed override NetworkOptions CreateOptions() => new TOptions();

    public sealed override int UsualStateSize(NetworkOptions options) => UsualStateSize((TOptions)options);

    public sealed override double? GainOf(NetworkOptions options) => GainOf((TOptions)options);

    public sealed override CoreGain CoreGainOf(NetworkOptions options) => CoreGainOf((TOptions)options);

    public sealed override (double? Minimum, double? Maximum) StepSizesOf(NetworkOptions options)
        => StepSizes?.Get((TOptions)options) ?? (null, null);

    public sealed override NetworkOptions WithStepSizes(NetworkOptions options, double? minimum, double? maximum)
        => StepSizes?.Set((TOptions)options, minimum, maximum) ?? options;

    public sealed override ArchitectureOptions Repair(ArchitectureOptions options)
    {
        var network = (NetworkOptions)options;
        if (StepSizesOf(network) is (double low, double high) && low > high)
            network = WithStepSizes(network, high, high);
        network = network with { ModelSize = Multiple(network.ModelSize, network.ChosenScaffold.WidthDivisor) };
        network = Repair((TOptions)network);
        return network.ChosenScaffold.Repair(network);
    }

    public Layer Create(CoreSite site, NetworkOptions options) => Create(site, (TOptions)options);

    /// <summary>Builds the core: a layer from the site's channels to as many channels.</summary>
    protected abstract Layer Create(CoreSite site, TOptions options);

    /// <inheritdoc cref="CoreDefinition.UsualStateSize(NetworkOptions)"/>
    protected virtual int UsualStateSize(TOptions options) => 32;

    /// <inheritdoc cref="CoreDefinition.GainOf(NetworkOptions)"/>
    protected virtual double? GainOf(TOptions options) => null;

    /// <inheritdoc cref="CoreDefinition.CoreGainOf(NetworkOptions)"/>
    protected virtual CoreGain CoreGainOf(TOptions options) => CoreGain.Fixed;

    /// <inheritdoc cref="ArchitectureDefinition.Repair(ArchitectureOptions)"/>
    protected virtual TOptions Repair(TOptions options) => options;

    /// <summary>A real option of the core.</summary>
    protected static NumberRange Number(
        string name, double low, double high, double usual, bool isLogarithmic, Func<TOptions, double> get,
        Func<TOptions, double, TOptions> set)
        => new(name, low, high, usual, isLogarithmic, o => get((TOptions)o), (o, value) => set((TOptions)o, value));

    /// <summary>The state size, which all options records have.</summary>
    protected static ChoiceRange States(int usual, params int[] sizes)
        => new("StateSize", sizes, usual, o => ((TOptions)o).StateSize, (o, value) => (TOptions)o with { StateSize = (int)value });

    /// <summary>The smallest multiple of a number that is not below the size; open stays open.</summary>
    protected static int? Multiple(int? size, int of) => size is int value && of > 0 ? (value + of - 1) / of * of : size;
}

/// <summary>How the initial step sizes of a core are read from its options, and put into them.</summary>
internal sealed record StepSizeAccess<TOptions>(
    Func<TOptions, (double? Minimum, double? Maximum)> Get, Func<TOptions, double?, double?, TOptions> Set);
