using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Models;

/// <summary>Small networks in which every choice of the architecture occurs, and data for them.</summary>
internal static partial class ModelCases
{
    private static readonly Dictionary<string, SequenceModelOptions> All = new()
    {
        ["LRU, layer norm before, mean"] = Classifier(Lru(LruNormalization.Trainable, true)),
        ["LRU, RMS norm behind, last"] = Classifier(Lru(LruNormalization.TiedL2, true) with
        {
            Norm = NormKind.RmsNorm, Scaffold = new GluScaffold { NormPlacement = NormPlacement.Post, Nonlinearity = Nonlinearity.FullGlu }, Pooling = Pooling.Last,
        }),
        ["LRU, no norm, causal, max"] = Classifier(Lru(LruNormalization.TiedStatic, false) with { Norm = NormKind.None, Scaffold = new GluScaffold { Nonlinearity = Nonlinearity.Gelu }, Pooling = Pooling.Max }),
        ["S5, RMS norm before, mean"] = Classifier(S5(Discretization.ZeroOrderHold, true) with { Norm = NormKind.RmsNorm, Scaffold = new GluScaffold { Nonlinearity = Nonlinearity.HalfGlu2 } }),
        ["S5, tokens"] = Classifier(S5(Discretization.Bilinear, true)) with { Inputs = 1, Vocabulary = 5 },
        ["S5, sequence to sequence"] = Regressor(S5(Discretization.ZeroOrderHold, false)),
        ["LRU, sequence to sequence, layer norm behind"] = Regressor(Lru(LruNormalization.Trainable, false) with { Scaffold = new GluScaffold { NormPlacement = NormPlacement.Post } }),
        ["Wiener, dense skip, sequence to sequence"] = Regressor(Lru(LruNormalization.TiedL2, false) with { Scaffold = new WienerScaffold(), OutputForm = LruOutputForm.TwiceRealPart }),
        ["Wiener, two-way"] = Classifier(S5(Discretization.Bilinear, true) with
        {
            Scaffold = new WienerScaffold { Nonlinearity = StaticNonlinearity.Elu, Skip = WienerSkip.Identity }, Norm = NormKind.LayerNorm,
        }),
        ["MLP, sequence to sequence"] = Regressor(Lru(LruNormalization.TiedL2, false) with { Scaffold = new MlpScaffold { Expansion = 2 } }),
        ["H3, sequence to sequence"] = Regressor(S5(Discretization.ZeroOrderHold, false) with { Scaffold = new H3Scaffold { ShiftSize = 3, Expansion = 2 } }),
        ["Mamba block, sequence to sequence"] = Regressor(Lru(LruNormalization.TiedL2, false) with { Scaffold = new MambaScaffold() }),
        ["Mamba block, two-way"] = Classifier(Lru(LruNormalization.TiedL2, true) with { Scaffold = new MambaScaffold { Expansion = 1, ConvolutionWidth = 3 } }),
        ["Hawk block, sequence to sequence"] = Regressor(Lru(LruNormalization.TiedL2, false) with { Scaffold = new HawkScaffold { RecurrentSize = 9, Expansion = 2 } }),
        ["S6, sequence to sequence"] = Regressor(S6(InputDiscretization.Euler, false)),
        ["S6, held input, two-way"] = Classifier(S6(InputDiscretization.ZeroOrderHold, true) with { Scaffold = new GluScaffold() }),
        ["LIV, sequence to sequence"] = Regressor(Liv(InputDiscretization.ZeroOrderHold, false)),
        ["LIV, Euler, two-way"] = Classifier(Liv(InputDiscretization.Euler, true) with { Scaffold = new GluScaffold() }),
        ["S6, tokens"] = Classifier(S6(InputDiscretization.Euler, false) with { Pooling = Pooling.Last }) with { Inputs = 1, Vocabulary = 5 },
        ["RG-LRU, classifier"] = Classifier(RgLru(RgLruFirstStep.UnitMultiplier)),
        ["RG-LRU, two-way"] = Classifier(RgLru(RgLruFirstStep.UnitMultiplier) with { Bidirectional = true, Scaffold = new GluScaffold() }),
        ["RG-LRU, sequence to sequence"] = Regressor(RgLru(RgLruFirstStep.UnitMultiplier) with { Heads = 3 }),
        ["RG-LRU, paper's first step"] = Regressor(RgLru(RgLruFirstStep.Paper)),
        ["SSD, Mamba-2 block, sequence to sequence"] = Regressor(Ssd()),
        ["SSD, Mamba-2 block, two-way"] = Classifier(Ssd() with { Bidirectional = true, Scaffold = new Mamba2Scaffold { Expansion = 1, ConvolutionWidth = 3 } }),
        ["SSD, GLU block, sequence to sequence"] = Regressor(Ssd() with { Scaffold = new GluScaffold() }),
        ["SSD, MLP block, two-way"] = Classifier(Ssd() with { Bidirectional = true, Scaffold = new MlpScaffold { Expansion = 2 } }),
        ["L2RU, dilation, sequence to sequence"] = Regressor(L2Ru(L2RuParametrization.Dilation)),
        ["L2RU, non-square, sequence to sequence"] = Regressor(L2Ru(L2RuParametrization.NonSquare)),
        ["L2RU, square, sequence to sequence"] = Regressor(L2Ru(L2RuParametrization.Square) with { StateSize = 6 }),
        ["L2RU, selective, mean"] = Classifier(L2Ru(L2RuParametrization.Selective)),
        ["S5, irregular"] = Classifier(S5(Discretization.ZeroOrderHold, true)) with { HasIntervals = true },
        ["S5, irregular, sequence to sequence"] = Regressor(S5(Discretization.Bilinear, false)) with { HasIntervals = true },
        ["H3, irregular, sequence to sequence"] = Regressor(S5(Discretization.ZeroOrderHold, false) with
        {
            Scaffold = new H3Scaffold { ShiftSize = 3, Expansion = 2 }, Parametrization = S5Parametrization.Clipped, GlobalStepSize = true,
        }) with { HasIntervals = true },
        ["S4D, two-way, max"] = Classifier(S4D(S4DInitialization.LegS, true) with { Pooling = Pooling.Max }),
        ["S4D, sequence to sequence"] = Regressor(S4D(S4DInitialization.Lin, false) with { Discretization = Discretization.Bilinear }),
        ["S4, two-way"] = Classifier(new S4Options { Layers = 1, ModelSize = 4, StateSize = 2, Bidirectional = true, Dropout = 0, StepSizeMinimum = 0.01 }),
        ["S4, sequence to sequence"] = Regressor(new S4Options { Layers = 2, ModelSize = 6, StateSize = 2, Bidirectional = false, Dropout = 0, StepSizeMinimum = 0.01 }),
        ["S4D, convolution"] = Classifier(S4D(S4DInitialization.Inv, true) with { SobolevExponent = -0.5 }),
        ["LRU, tokens to sequence"] = Regressor(Lru(LruNormalization.TiedL2, false)) with { Inputs = 1, Vocabulary = 5 },
    };

    public static IEnumerable<string> AllNames => All.Keys;

    public static IEnumerable<string> CausalNames => All.Where(c => c.Value.Architecture.Bidirectional == false).Select(c => c.Key);

    public static SequenceModelOptions Options(string name) => All[name];

    /// <summary>A model with statistics of the data, and parameters away from zeros and ones.</summary>
    public static (SequenceModel Model, ParameterSet Parameters) Create(SequenceModelOptions options, SequenceSet data)
    {
        var model = new SequenceModel(options);
        var parameters = model.Layout.Create(new Random(11));
        float[] noise = Draw.Uniform(parameters.Values.Length, -0.2, 0.2, 12);
        for (int i = 0; i < noise.Length; i++)
            parameters.Values[i] += noise[i];
        DataStatistics.Store(model, parameters, data);
        return (model, parameters);
    }

    /// <summary>Sequences of these lengths with targets, and intervals, as the options ask for.</summary>
    public static SequenceSet Data(SequenceModelOptions options, params int[] lengths)
    {
        bool classes = options.Task == SequenceTask.Classification;
        var set = new SequenceSet(options.Inputs, classes ? 0 : options.Outputs, options.HasIntervals);
        for (int i = 0; i < lengths.Length; i++)
        {
            float[] values = Draw.Uniform(lengths[i] * options.Inputs, -3, 5, 100 + i);
            if (options.Vocabulary > 0)
                values = [.. Draw.Uniform(lengths[i], 0, options.Vocabulary, 100 + i).Select(MathF.Floor)];
            float[]? intervals = options.HasIntervals ? Draw.Uniform(lengths[i], 0.2, 3, 300 + i) : null;
            if (classes)
                set.Add(values, i % options.Outputs, intervals);
            else
                set.Add(values, Draw.Uniform(lengths[i] * options.Outputs, -10, 30, 200 + i), intervals);
        }
        return set;
    }

    public static SequenceBatch Batch(SequenceSet data)
    {
        var batch = new SequenceBatch(data.Features, data.Targets, data.HasIntervals);
        batch.Fill(data, [.. Enumerable.Range(0, data.Count)]);
        return batch;
    }

    private static SequenceModelOptions Classifier(ArchitectureOptions architecture)
        => new() { Task = SequenceTask.Classification, Inputs = 2, Outputs = 3, Architecture = architecture };

    private static SequenceModelOptions Regressor(ArchitectureOptions architecture)
        => new() { Task = SequenceTask.SequenceToSequence, Inputs = 2, Outputs = 2, Architecture = architecture };

    private static LruOptions Lru(LruNormalization normalization, bool twoWay)
        => new() { Layers = 2, ModelSize = 6, StateSize = 5, Bidirectional = twoWay, Dropout = 0, Normalization = normalization };

    private static L2RuOptions L2Ru(L2RuParametrization parametrization)
        => new() { Layers = 2, ModelSize = 6, StateSize = 4, Bidirectional = false, Dropout = 0, Gain = 2, Parametrization = parametrization };
    private static S4DOptions S4D(S4DInitialization initialization, bool twoWay)
        => new() { Layers = 2, ModelSize = 6, StateSize = 3, Bidirectional = twoWay, Dropout = 0, StepSizeMinimum = 0.01, Initialization = initialization };

    private static S5Options S5(Discretization discretization, bool twoWay)
        => new() { Layers = 2, ModelSize = 6, StateSize = 4, Blocks = 2, Bidirectional = twoWay, Dropout = 0, StepSizeMinimum = 0.01, Discretization = discretization };

    private static S6Options S6(InputDiscretization discretization, bool twoWay)
        => new() { Layers = 2, ModelSize = 6, StateSize = 3, Bidirectional = twoWay, Dropout = 0, StepSizeMinimum = 0.01, StepSizeMaximum = 1, InputDiscretization = discretization };

    private static RgLruOptions RgLru(RgLruFirstStep first) => new() { Layers = 2, ModelSize = 6, Bidirectional = false, Dropout = 0, FirstStep = first };

    private static SsdOptions Ssd() => new() { Layers = 2, ModelSize = 6, StateSize = 4, HeadSize = 3, Bidirectional = false, Dropout = 0, StepSizeMinimum = 0.01 };

    private static LivOptions Liv(InputDiscretization discretization, bool twoWay)
        => new() { Layers = 2, ModelSize = 6, StateSize = 4, Bidirectional = twoWay, Dropout = 0, StepSizeMinimum = 0.01, StepSizeMaximum = 1, InputDiscretization = discretization };
}
