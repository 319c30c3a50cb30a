using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Enrolments;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Models;

/// <summary>Small networks in which every choice of the architecture occurs, and data for them.</summary>
internal static partial class ModelCases
{
    // What the cores bring, and every scaffold around a core other than its own; S5 and the LRU serve as that core.
    private static readonly Dictionary<string, SequenceModelOptions> All = new([
        .. CoreEnrolment.All.SelectMany(core => core.Models).Select(model => KeyValuePair.Create(model.Name, model.Options)),
        new("Wiener, dense skip, sequence to sequence", Regressor(Lru(twoWay: false) with
        {
            Scaffold = new WienerScaffold(), OutputForm = LruOutputForm.TwiceRealPart,
        })),
        new("Wiener, two-way", Classifier(S5(Discretization.Bilinear, true) with
        {
            Scaffold = new WienerScaffold { Nonlinearity = StaticNonlinearity.Elu, Skip = WienerSkip.Identity }, Norm = NormKind.LayerNorm,
        })),
        new("Linear, dense skip, sequence to sequence", Regressor(S5(Discretization.ZeroOrderHold, false) with
        {
            Scaffold = new LinearScaffold(),
        })),
        new("Linear, two-way", Classifier(Lru(twoWay: true) with { Scaffold = new LinearScaffold { Skip = WienerSkip.Identity } })),
        new("MLP, sequence to sequence", Regressor(Lru(twoWay: false) with { Scaffold = new MlpScaffold { Expansion = 2 } })),
        new("H3, sequence to sequence", Regressor(S5(Discretization.ZeroOrderHold, false) with
        {
            Scaffold = new H3Scaffold { ShiftSize = 3, Expansion = 2 },
        })),
        new("H3 of two heads, sequence to sequence", Regressor(Lru(twoWay: false) with
        {
            Scaffold = new H3Scaffold { ShiftSize = 3, HeadSize = 3, Expansion = 1 }, StateSize = 3,
        })),
        new("H3 of three heads, irregular, two-way", Classifier(S5(Discretization.Bilinear, true) with
        {
            Layers = 1, Scaffold = new H3Scaffold { ShiftSize = 2, HeadSize = 2, Expansion = 1 },
        }) with { HasIntervals = true }),
        new("Mamba block, sequence to sequence", Regressor(Lru(twoWay: false) with { Scaffold = new MambaScaffold() })),
        new(
            "Mamba block, two-way",
            Classifier(Lru(twoWay: true) with { Scaffold = new MambaScaffold { Expansion = 1, ConvolutionWidth = 3 } })),
        new("Hawk block, sequence to sequence", Regressor(Lru(twoWay: false) with
        {
            Scaffold = new HawkScaffold { RecurrentSize = 9, Expansion = 2 },
        })),
        new("Griffin block, sequence to sequence", Regressor(Lru(twoWay: false) with
        {
            Scaffold = new GriffinScaffold { RecurrentSize = 9, Expansion = 2, AttentionEvery = 2, Window = 5, Heads = 2 },
        })),
        new("Griffin block, two-way", Classifier(Lru(twoWay: true) with
        {
            Scaffold = new GriffinScaffold { Expansion = 1, AttentionEvery = 2, Window = 40 },
        })),
        new("Exact GELU, wide epsilon, two-way", Classifier(S5(Discretization.ZeroOrderHold, true) with
        {
            Scaffold = new GluScaffold { Nonlinearity = Nonlinearity.FullGlu, Gelu = GeluForm.Exact, NormPlacement = NormPlacement.Post },
            NormEpsilon = 0.1,
        })),
        new("Soft cap, tokens, tagging", Regressor(Lru(twoWay: false) with { LogitsSoftCap = 0.8, Norm = NormKind.RmsNorm }) with
        {
            Task = SequenceTask.Tagging, Inputs = 1, Vocabulary = 7, Outputs = 7,
        }),
        new("Affine, sequence to sequence", Regressor(Lru(twoWay: false) with { Norm = NormKind.Affine, FinalNorm = NormKind.Affine })),
        new("Soft cap, two-way", Classifier(S5(Discretization.ZeroOrderHold, true) with { LogitsSoftCap = 1.5 })),
        // The tasks that the cases of cores do not have; an answer that is not known counts nowhere.
        new("Regression, two-way", Classifier(S5(Discretization.ZeroOrderHold, true)) with { Task = SequenceTask.Regression, Outputs = 2 }),
        new("Regression", Classifier(Lru(twoWay: false)) with { Task = SequenceTask.Regression, Outputs = 1 }),
        new("Tagging, two-way", Regressor(S5(Discretization.ZeroOrderHold, true)) with { Task = SequenceTask.Tagging, Outputs = 3 }),
        new("Missing values, mean, two-way", Classifier(S5(Discretization.ZeroOrderHold, true)) with
        {
            MissingValues = MissingValues.Mean,
        }),
        new(
            "Missing values, sequence to sequence", Regressor(Lru(twoWay: false)) with { MissingValues = MissingValues.ForwardFill }),
        new("Missing values, regression", Classifier(Lru(twoWay: false)) with
        {
            Task = SequenceTask.Regression, Outputs = 1, MissingValues = MissingValues.ForwardFill,
        }),
        // What a model derives from its inputs. The mean sequence is shorter than some sequences, and longer than others.
        new("Differences, two-way", Classifier(S5(Discretization.ZeroOrderHold, true)) with
        {
            DerivedInputs = new() { Differences = true },
        }),
        new("Derived inputs, two-way", Classifier(S5(Discretization.Bilinear, true)) with { DerivedInputs = Everything, MeanSteps = 20 }),
        new("Derived inputs, sequence to sequence", Regressor(Lru(twoWay: false)) with { DerivedInputs = Everything, MeanSteps = 30 }),
        new("Derived inputs, missing values, two-way", Classifier(S5(Discretization.ZeroOrderHold, true)) with
        {
            DerivedInputs = Everything, MeanSteps = 20, MissingValues = MissingValues.ForwardFill,
        }),
        new("Derived inputs, missing values filled forward", Classifier(Lru(twoWay: false)) with
        {
            DerivedInputs = Everything, MeanSteps = 20, MissingValues = MissingValues.ForwardFill,
        }),
        new("Derived inputs, missing values, sequence to sequence", Regressor(Lru(twoWay: false)) with
        {
            DerivedInputs = Everything, MeanSteps = 20, MissingValues = MissingValues.Mean,
        }),
        new(
            "Mean and maximum, two-way",
            Classifier(S5(Discretization.ZeroOrderHold, true) with { Pooling = Pooling.MeanAndMax })),
        new("Mean and maximum", Classifier(Lru(twoWay: false) with { Pooling = Pooling.MeanAndMax })),
        new(
            "Mean and share, two-way",
            Classifier(S5(Discretization.ZeroOrderHold, true) with { Pooling = Pooling.MeanAndShare })),
        new("Mean and share", Classifier(Lru(twoWay: false) with { Pooling = Pooling.MeanAndShare })),
        new("Tagging", Regressor(Lru(twoWay: false)) with { Task = SequenceTask.Tagging, Outputs = 3 }),
        new("Final norm, tokens, tagging", Regressor(Lru(twoWay: false) with
        {
            Scaffold = new MambaScaffold { Expansion = 1 }, FinalNorm = NormKind.RmsNorm,
        }) with { Task = SequenceTask.Tagging, Inputs = 1, Vocabulary = 5, Outputs = 5 }),
        new("Final norm behind a post norm, two-way", Classifier(S5(Discretization.ZeroOrderHold, true) with
        {
            Scaffold = new GluScaffold { NormPlacement = NormPlacement.Post }, FinalNorm = NormKind.LayerNorm,
        })),
    ]);

    // Models of pairs, to which many laws speak in other words.
    private static readonly Dictionary<string, SequenceModelOptions> Pairs = new()
    {
        ["Pairs, two-way"] = Classifier(S5(Discretization.ZeroOrderHold, true)) with { HasPairs = true },
        ["Pairs, mean and share"] = Classifier(Lru(twoWay: false) with { Pooling = Pooling.MeanAndShare }) with { HasPairs = true },
        ["Pairs, differences, missing values"] = Classifier(Lru(twoWay: false)) with
        {
            HasPairs = true, DerivedInputs = new() { Differences = true, StandardizedSequences = true },
            MissingValues = MissingValues.ForwardFill,
        },
        ["Pairs, regression"] = Classifier(Lru(twoWay: false)) with { HasPairs = true, Task = SequenceTask.Regression, Outputs = 2 },
        ["Pairs, soft cap"] = Classifier(Lru(twoWay: false) with { LogitsSoftCap = 0.5 }) with { HasPairs = true },
        ["Pairs, tokens"] = Classifier(S5(Discretization.ZeroOrderHold, true)) with { HasPairs = true, Inputs = 1, Vocabulary = 5 },
    };

    private static DerivedInputs Everything => new() { Differences = true, StandardizedSequences = true, DifferencesToMean = true };

    public static IEnumerable<string> AllNames => All.Keys;

    public static IEnumerable<string> CausalNames => All.Where(c => c.Value.Network.Bidirectional == false).Select(c => c.Key);

    public static SequenceModelOptions Options(string name) => All.GetValueOrDefault(name) ?? Pairs[name];

    /// <summary>A model with statistics of the data, and parameters away from zeros and ones.</summary>
    public static (SequenceNetwork Model, ParameterSet Parameters) Create(SequenceModelOptions options, SequenceSet data)
    {
        var model = new SequenceNetwork(options);
        var parameters = model.Layout.Create(new Random(11));
        float[] noise = Draw.Uniform(parameters.Values.Length, -0.2, 0.2, 12);
        for (int i = 0; i < noise.Length; i++)
            parameters.Values[i] += noise[i];
        DataStatistics.Store(model.InputStage, model.Head.Output, parameters, data);
        return (model, parameters);
    }

    /// <summary>
    /// Sequences of these lengths with targets, and intervals, as the options ask for; pairs are at least of two steps, and cut anywhere.
    /// </summary>
    public static SequenceSet Data(SequenceModelOptions options, params int[] lengths)
    {
        var targets = TargetLayout.Of(options.Task, options.Outputs);
        var set = new SequenceSet(options.Inputs, targets, options.HasIntervals) { HasPairs = options.HasPairs };
        if (options.HasPairs)
            lengths = [.. lengths.Select(length => Math.Max(2, length))];
        for (int i = 0; i < lengths.Length; i++)
        {
            float[] values = Draw.Uniform(lengths[i] * options.Inputs, -3, 5, 100 + i);
            if (options.Vocabulary > 0)
                values = [.. Draw.Uniform(lengths[i], 0, options.Vocabulary, 100 + i).Select(MathF.Floor)];
            if (options.MissingValues is not null)
                values = [.. values.Select((value, j) => (j * 7 + i) % 5 < 2 || j / options.Inputs % 9 > 5 ? float.NaN : value)];
            float[]? intervals = options.HasIntervals ? Draw.Uniform(lengths[i], 0.2, 3, 300 + i) : null;
            int rows = targets.Rows(lengths[i]);
            if (options.HasPairs)
                set.Add(
                    values, default, targets.Kind == TargetKind.Class ? new[] { i % options.Outputs } : default,
                    Draw.Uniform(options.Outputs, -10, 30, 200 + i), split: 1 + 37 * i % (lengths[i] - 1));
            else if (targets.Kind == TargetKind.Class)
                set.AddClasses(values, [.. Enumerable.Range(i, rows).Select(row => row % options.Outputs)], intervals);
            else
                set.Add(values, Draw.Uniform(rows * options.Outputs, -10, 30, 200 + i), intervals);
        }
        return set;
    }

    /// <summary>The same sequences, but with this value in every channel of a time step, where a sequence has that step.</summary>
    public static SequenceSet WithGlitch(SequenceSet data, int step, float value)
    {
        var glitched = new SequenceSet(data.Features, data.Targets, data.HasIntervals);
        for (int i = 0; i < data.Count; i++)
        {
            float[] values = data.Values(i).ToArray(), intervals = data.Intervals(i).ToArray();
            if (step < data.Length(i))
                values.AsSpan(step * data.Features, data.Features).Fill(value);
            if (data.Targets.Kind == TargetKind.Class)
                glitched.AddClasses(values, data.Classes(i).ToArray(), intervals);
            else
                glitched.Add(values, data.TargetsOf(i).ToArray(), intervals);
        }
        return glitched;
    }

    public static SequenceBatch Batch(SequenceSet data, int washout = 0)
    {
        var batch = new SequenceBatch(data.Features, data.Targets, data.HasIntervals);
        batch.Fill(data, [.. Enumerable.Range(0, data.Count)], washout);
        return batch;
    }

    private static SequenceModelOptions Classifier(NetworkOptions architecture)
        => new() { Task = SequenceTask.Classification, Inputs = 2, Outputs = 3, Architecture = architecture };

    private static SequenceModelOptions Regressor(NetworkOptions architecture)
        => new() { Task = SequenceTask.SequenceToSequence, Inputs = 2, Outputs = 2, Architecture = architecture };

    private static LruOptions Lru(bool twoWay)
        => new() { Layers = 2, ModelSize = 6, StateSize = 5, Bidirectional = twoWay, Dropout = 0, Normalization = LruNormalization.TiedL2 };

    private static S5Options S5(Discretization discretization, bool twoWay) => new()
    {
        Layers = 2, ModelSize = 6, StateSize = 4, Blocks = 2, Bidirectional = twoWay, Dropout = 0, StepSizeMinimum = 0.01,
        Discretization = discretization,
    };
}
