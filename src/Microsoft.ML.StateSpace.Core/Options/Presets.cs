namespace Microsoft.ML.StateSpace;

/// <summary>
/// Networks and settings as published, by their names. What the publications do and this library does not: batch normalisation (its place
/// takes layer normalisation), and groups of the optimiser other than this library's (the code's <c>dt_global</c> and <c>BfastandCdecay</c>
/// choose such groups). Published sizes are for GPUs; on a CPU take a smaller <c>ModelSize</c> and fewer <c>Layers</c>, or leave both to
/// the library by using the options records as they are.
/// </summary>
public static class Presets
{
    /// <summary>S5 by the defaults of its code: 6 layers, 128 channels, 256 states in 8 blocks.</summary>
    public static S5Options S5 { get; } = new()
    {
        Layers = 6, ModelSize = 128, StateSize = 128, Blocks = 8, StepSizeMinimum = 0.001, StepSizeMaximum = 0.1,
        Scaffold = Gate(Nonlinearity.HalfGlu1),
    };

    /// <summary>The LRU by the defaults of the code minimal-LRU: 4 layers, 256 channels, 128 states on the whole unit disk.</summary>
    public static LruOptions Lru { get; } = new()
    {
        Layers = 4, ModelSize = 256, StateSize = 128, RadiusMinimum = 0, RadiusMaximum = 1, PhaseMaximum = 6.28, Dropout = 0.1,
        Scaffold = Gate(Nonlinearity.FullGlu),
    };

    /// <summary>
    /// S4 as on the Long Range Arena's images: 6 layers, 512 channels with 64 states each, of which conjugate partners are not stored.
    /// </summary>
    public static S4Options S4 { get; } = new()
    {
        Layers = 6, ModelSize = 512, StateSize = 32, StepSizeMinimum = 0.001, StepSizeMaximum = 0.1, Dropout = 0.1,
        Scaffold = Gate(Nonlinearity.FullGlu),
    };

    /// <summary>S4D with the poles of S4D-Lin, in the network of <see cref="S4"/>.</summary>
    public static S4DOptions S4D { get; } = new()
    {
        Layers = 6, ModelSize = 512, StateSize = 32, StepSizeMinimum = 0.001, StepSizeMaximum = 0.1, Dropout = 0.1,
        Scaffold = Gate(Nonlinearity.FullGlu),
    };

    /// <summary>
    /// H3: S4D with 64 states, of which conjugate partners are not stored, behind a shift of 64 steps. Number and width of the layers are
    /// left open.
    /// </summary>
    public static S4DOptions H3 { get; } = new()
    {
        StateSize = 32, StepSizeMinimum = 0.001, StepSizeMaximum = 0.1, Scaffold = new H3Scaffold { ShiftSize = 64 },
    };

    /// <summary>
    /// Mamba's block: twice as many channels within, 16 states a channel, 4 taps. Number and width of the layers are left open.
    /// </summary>
    public static S6Options Mamba { get; } = new()
    {
        StateSize = 16, StepSizeMinimum = 0.001, StepSizeMaximum = 0.1,
        Scaffold = new MambaScaffold { Expansion = 2, ConvolutionWidth = 4 },
    };

    /// <summary>
    /// Mamba-2's block: heads of 64 channels, 128 states, 4 taps; the model size must be a multiple of 32. Number and width of the layers
    /// are left open.
    /// </summary>
    public static SsdOptions Mamba2 { get; } = new()
    {
        StateSize = 128, HeadSize = 64, StepSizeMinimum = 0.001, StepSizeMaximum = 0.1,
        Scaffold = new Mamba2Scaffold { Expansion = 2, ConvolutionWidth = 4 },
    };

    /// <summary>Hawk: RG-LRU blocks alone, 4 taps, an MLP of three times the width. Number and width of the layers are left open.</summary>
    public static RgLruOptions Hawk { get; } = new() { Scaffold = new HawkScaffold { ConvolutionWidth = 4, Expansion = 3 } };

    /// <summary>
    /// Griffin: two recurrent blocks of <see cref="Hawk"/> with the decays of the paper, then one of local attention over 1,024 steps, and
    /// so on. Number, a multiple of three, and width of the layers are left open; in the code's larger models the recurrent blocks are 4/3
    /// as wide as the model, and heads have 128 or 256 channels.
    /// </summary>
    public static RgLruOptions Griffin { get; } = Hawk with
    {
        Initialization = RgLruInitialization.UniformOnAc,
        Scaffold = new GriffinScaffold { ConvolutionWidth = 4, Expansion = 3, AttentionEvery = 3, Window = 1024 },
    };

    /// <summary>A deep Wiener model for identification: the LRU with white states, tanh and a dense skip (Bonassi et al. 2023).</summary>
    public static LruOptions DeepWiener { get; } = new() { Normalization = LruNormalization.TiedL2, Scaffold = new WienerScaffold() };

    /// <summary>
    /// S5 on irregularly sampled images of a pendulum: the setting of the code's branch <c>pendulum</c>. Needs a column of intervals.
    /// </summary>
    public static Preset Pendulum { get; } = new(
        new S5Options
        {
            Layers = 4, ModelSize = 30, StateSize = 8, Blocks = 8, Bidirectional = false, Dropout = 0, StepSizeMinimum = 0.01,
            StepSizeMaximum = 0.1,
            Scaffold = new GluScaffold { Nonlinearity = Nonlinearity.HalfGlu2, NormPlacement = NormPlacement.Post },
        },
        Train(stateSpaceRate: 3e-3, factor: 4, decay: 0, batch: 32, epochs: 100));

    /// <summary>S5 on the 35 words of Speech Commands, 16,000 samples.</summary>
    public static Preset SpeechCommands { get; } = new(
        S5Of(layers: 6, channels: 96, states: 128, blocks: 16, Nonlinearity.HalfGlu1, dropout: 0.1),
        Train(stateSpaceRate: 2e-3, factor: 4, decay: 0.04, batch: 16, epochs: 40));

    /// <summary>S5's runs on the Long Range Arena.</summary>
    public static Preset LongRangeArena(LongRangeTask task) => task switch
    {
        LongRangeTask.ListOps => new(
            S5Of(8, 128, 16, 8, Nonlinearity.HalfGlu2, 0) with { OutputInitialization = S5OutputInitialization.LecunNormal },
            Train(1e-3, 3, 0.04, 50, 40)),
        LongRangeTask.Text => new(
            S5Of(6, 256, 192, 12, Nonlinearity.HalfGlu2, 0.1) with { OutputInitialization = S5OutputInitialization.LecunNormal },
            Train(1e-3, 4, 0.07, 50, 35) with { WarmupFraction = 0 }),
        LongRangeTask.Retrieval => new(S5Of(6, 128, 256, 16, Nonlinearity.HalfGlu1, 0), Train(1e-3, 2, 0.05, 32, 20)),
        LongRangeTask.Image => new(
            S5Of(6, 512, 384, 3, Nonlinearity.HalfGlu1, 0.1) with
            {
                OutputInitialization = S5OutputInitialization.LecunNormal, Parametrization = S5Parametrization.Clipped,
            },
            Train(1e-3, 4.5, 0.07, 50, 250)),
        LongRangeTask.Pathfinder => new(S5Of(6, 192, 256, 8, Nonlinearity.HalfGlu1, 0.05), Train(9e-4, 5, 0.03, 64, 200)),
        LongRangeTask.PathX => new(
            S5Of(6, 128, 256, 16, Nonlinearity.HalfGlu1, 0) with
            {
                OutputInitialization = S5OutputInitialization.ComplexNormal, StepSizeMinimum = 1e-4,
            },
            Train(6e-4, 3, 0.06, 32, 75)),
        _ => throw new ArgumentOutOfRangeException(
            nameof(task), task, $"task must be one of {string.Join(", ", Enum.GetNames<LongRangeTask>())}."),
    };

    /// <summary>S4's runs on the Long Range Arena.</summary>
    public static Preset LongRangeArenaWithS4(LongRangeTask task) => task switch
    {
        LongRangeTask.ListOps => S4Run(256, 4, 0, 0.01, 32, 40),
        LongRangeTask.Text => S4Run(256, 4, 0, 0.01, 16, null),
        LongRangeTask.Retrieval => S4Run(256, 4, 0, 0.01, 64, null),
        LongRangeTask.Image => S4Run(512, 64, 0.1, 0.01, null, 200),
        LongRangeTask.Pathfinder => S4Run(256, 64, 0, 0.004, null, 200),
        LongRangeTask.PathX => S4Run(256, 64, 0, 0.001, 16, null) with
        {
            Architecture = S4 with { ModelSize = 256, StateSize = 32, Bidirectional = true, Dropout = 0, StepSizeMinimum = 1e-4 },
        },
        _ => throw new ArgumentOutOfRangeException(
            nameof(task), task, $"task must be one of {string.Join(", ", Enum.GetNames<LongRangeTask>())}."),
    };

    // Batch and epochs that the publication does not state are left open. The recurrences' rate was 0.001.
    private static Preset S4Run(int channels, int states, double dropout, double rate, int? batch, int? epochs) => new(
        S4 with { ModelSize = channels, StateSize = states / 2, Bidirectional = true, Dropout = dropout },
        new TrainingOptions
        {
            LearningRate = rate, StateSpaceRateFactor = 0.001 / rate, WeightDecay = 0.05, WarmupFraction = 0.1, BatchSize = batch,
            Epochs = epochs, LabelSmoothing = 0,
        });

    // states: with conjugate partners, as published.
    private static S5Options S5Of(int layers, int channels, int states, int blocks, Nonlinearity nonlinearity, double dropout) => new()
    {
        Layers = layers, ModelSize = channels, StateSize = states / 2, Blocks = blocks, Bidirectional = true, Dropout = dropout,
        StepSizeMinimum = 0.001, StepSizeMaximum = 0.1, Scaffold = Gate(nonlinearity),
    };

    // The rate of all other parameters is the factor times that of the recurrences; one epoch of warm-up.
    private static TrainingOptions Train(double stateSpaceRate, double factor, double decay, int batch, int epochs) => new()
    {
        LearningRate = stateSpaceRate * factor, StateSpaceRateFactor = 1 / factor, WeightDecay = decay, BatchSize = batch, Epochs = epochs,
        WarmupFraction = 1.0 / epochs, LabelSmoothing = 0,
    };

    private static GluScaffold Gate(Nonlinearity nonlinearity) => new() { Nonlinearity = nonlinearity };
}
