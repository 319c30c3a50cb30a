using Microsoft.ML.AutoML;
using Microsoft.ML.Data;
using Microsoft.ML.SearchSpace.Option;
using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.AutoML;

namespace Microsoft.ML.StateSpace.PublicApi.Tests.Documentation;

/// <summary>
/// The blocks of C# in docs/*.md. What takes no time runs here too; a sweep of ten minutes and a training on a GPU are only
/// compiled. A test of Core holds that every block stands here, word for word.
/// </summary>
public class DocsSnippets
{
    private readonly MLContext mlContext = new(seed: 1);

    [Fact]
    public void Architectures_AreACoreAndAScaffold()
    {
        var mamba = new S6Options { Layers = 2, ModelSize = 32 };                           // a core, in the block of its own publication
        var lruInMamba = new LruOptions { Scaffold = new MambaScaffold { Expansion = 1 } }; // a core in another block

        foreach (ArchitectureOptions architecture in new ArchitectureOptions[] { mamba, lruInMamba })
            mlContext.Transforms.StateSpace.SequenceClassification(new() { Architecture = architecture }).Should().NotBeNull();
    }

    [Fact]
    public void Griffin_HasAttentionAmongItsLayers()
    {
        var griffin = Presets.Griffin with { Layers = 3, ModelSize = 64 };  // attention in the last of three layers
        var shorter = new LruOptions                                        // another core, and a shorter window in every second
        {
            Layers = 4, Scaffold = new GriffinScaffold { AttentionEvery = 2, Window = 128, Heads = 2 },
        };

        foreach (ArchitectureOptions architecture in new ArchitectureOptions[] { griffin, shorter })
            mlContext.Transforms.StateSpace.SequenceClassification(new() { Architecture = architecture }).Should().NotBeNull();
    }

    [Fact]
    public void Banks_AreArchitecturesToo()
    {
        var bank = new StateSpaceBankOptions
        {
            Filters = 640,                           // left out, 1,280
            Bidirectional = false,                   // so that it streams: the class so far, at every step
        };

        mlContext.Transforms.StateSpace.SequenceClassification(new() { Architecture = bank }).Should().NotBeNull();
    }

    [Fact]
    public void Ensembles_AreArchitecturesToo()
    {
        var ensemble = new EnsembleOptions
        {
            Members = [new S5Options { Bidirectional = false }, new LruOptions { Scaffold = new WienerScaffold(), Bidirectional = false }],
            Weights = [2, 1],                        // left out, all count alike
        };

        mlContext.Transforms.StateSpace.SequenceClassification(new() { Architecture = ensemble }).Should().NotBeNull();
    }

    [Fact]
    public void Pairs_AreTwoColumns()
    {
        var retrieval = mlContext.BinaryClassification.Trainers.StateSpace(new BinarySequenceClassificationOptions
        {
            FeatureColumnName = "First", SecondFeatureColumnName = "Second", LabelColumnName = "AreAlike",
        });

        var rows = mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 8).Select(
            i => new { First = new float[] { i, 1 }, Second = new float[] { 1, i, 2 }, AreAlike = i < 4 }));
        retrieval.Fit(rows).Options.Architecture.Should().BeOfType<S5Options>();
    }

    [Fact]
    public void SearchSpaces_CanBeChanged()
    {
        mlContext.Auto().SequenceClassification(                                                   // these; the first is the default
            families: [SequenceFamily.Of<LruOptions>(), SequenceFamily.Of<S5Options>()]);

        mlContext.Auto().SequenceClassification(new SequenceClassificationOptions                  // what is set is frozen
        {
            Architecture = new LruOptions { Layers = 2 },
            Training = new() { Epochs = 40, LearningRate = 0.01 },
        });

        var space = SequenceSearchSpace.Create(SequenceTask.Classification);
        space.Remove("Dropout");                               // what is not in the space is left at its default
        space["ModelSize"] = new ChoiceOption([8, 16, 32], 16); // another range
        mlContext.Auto().SequenceClassification(searchSpace: space);

        space.Keys.Should().Contain("ModelSize").And.NotContain("Dropout");
    }

    [Fact]
    public void Importance_NamesEveryPart()
    {
        var testData = mlContext.Data.LoadFromEnumerable(
            Enumerable.Range(0, 20).Select(i => new Row { Features = [i % 2, 1, i % 2, 0], Label = i % 2 == 0 }));
        var transformer = mlContext.BinaryClassification.Trainers.StateSpace(new BinarySequenceClassificationOptions
        {
            Channels = 2, Architecture = new S5Options { Layers = 1, ModelSize = 4, StateSize = 4 }, Training = new() { Epochs = 1 },
        }).Fit(testData);

        SequenceImportance importance = mlContext.Transforms.StateSpace.SequenceImportance(transformer, testData, stretches: 10);
        foreach (PartImportance part in importance.Channels.Concat(importance.Stretches))
            Console.WriteLine($"{part.Name}: {importance.MetricName} falls by {part.Mean:f3} +- {part.StandardDeviation:f3}");

        importance.Channels.Concat(importance.Stretches).Select(part => part.Name)
            .Should().HaveCount(12).And.StartWith(["0", "1", "0-10 %"]);
    }

    [Fact]
    public void Costates_ReachAsTheDocumentSays()
    {
        var trainData = mlContext.Data.LoadFromEnumerable(
            Enumerable.Range(0, 20).Select(i => new Row { Features = [i % 2, 1, i % 2, 0], Label = i % 2 == 0 }));
        var transformer = mlContext.BinaryClassification.Trainers.StateSpace(new BinarySequenceClassificationOptions
        {
            Channels = 2, Architecture = new S5Options { Layers = 1, ModelSize = 4, StateSize = 4 }, Training = new() { Epochs = 1 },
        }).Fit(trainData);

        PontryaginAnalysis analysis = mlContext.Transforms.StateSpace.PontryaginAnalysis(transformer, trainData, trajectoryOf: 0);
        Console.WriteLine(analysis);
        foreach (GroupResidual group in analysis.Residuals)
            Console.WriteLine($"{group.Name}: residual {group.Residual:f3} over {group.Terms} terms");
        foreach (CoreCostates core in analysis.Cores)
            Console.WriteLine($"{core.Name} sees {core.Reach?.Steps} steps back, its longest pole remembers {core.Longest:f0}");

        analysis.Residuals.Should().Contain(group => group.Name == "Blocks.0 poles" && group.Terms == 20);
        analysis.Cores.Should().ContainSingle().Which.Reach!.Power.Should().HaveCount(2);
    }

    [Fact]
    public void LinearSystems_AnswerAsTheDocumentSays()
    {
        var testData = mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 4).Select(k => new Signal
        {
            Input = [.. Enumerable.Range(0, 60).Select(t => MathF.Sin(k + 0.3f * t))],
            Target = [.. Enumerable.Range(0, 60).Select(t => MathF.Cos(k + 0.3f * t))],
        }));
        var model = mlContext.Transforms.StateSpace.SequenceToSequence(new SequenceToSequenceOptions
        {
            Architecture = new S5Options { Layers = 1, ModelSize = 4, StateSize = 4 }, Training = new() { Epochs = 1 },
        }).Fit(testData);

        var plant = new ContinuousSystem(
            A: new[,] { { 0.0, 1 }, { -4, -0.8 } }, B: new[,] { { 0.0 }, { 4 } }, C: new[,] { { 1.0, 0 } }, D: new[,] { { 0.0 } })
            .ToDiscrete(sampleTime: 0.1);                            // or new LinearSystem(A, B, C, D) from n4sid or ssest
        Console.WriteLine($"gain {plant.DcGain()[0, 0]:f2}, poles {string.Join(", ", plant.Poles())}");
        double[,,] step = plant.StepResponse(100);                   // (steps, outputs, inputs)
        BodeDiagram bode = plant.Bode([0.1, 0.3, 1, 3], sampleTime: 0.1); // in Hz
        LinearSystem layer = LinearSystem.OfCore(model.Model, layer: 0);  // what a trained layer is
        ReducedSystem smaller = layer.ReduceToTolerance(0.01);       // its gain of error is at most smaller.ErrorBound
        DiagonalSystem diagonal = DiagonalSystem.Of(plant);          // poles, B, C and D as an LRU or S5 layer has them

        ResidualAnalysis residuals = mlContext.Transforms.StateSpace.AnalyzeResiduals(model.Transform(testData), skip: 10);
        Console.WriteLine($"white: {residuals.AreWhite}; independent of the inputs: {residuals.AreIndependent}");

        plant.DcGain()[0, 0].Should().BeApproximately(1, 1e-9);
        step[99, 0, 0].Should().BeApproximately(1, 0.05);
        bode.MagnitudeDecibels[3, 0, 0].Should().BeLessThan(-30);
        smaller.ErrorBound.Should().BeLessThanOrEqualTo(0.01);
        diagonal.Poles.Should().ContainSingle();
        residuals.AreWhite.Should().BeFalse();
    }

    private sealed class Signal
    {
        [VectorType(60)]
        public float[] Input { get; set; } = [];

        [VectorType(60)]
        public float[] Target { get; set; } = [];
    }

    private sealed class Row
    {
        [VectorType(4)]
        public float[] Features { get; set; } = [];

        public bool Label { get; set; }
    }

    /// <summary>Compiled only: it takes ten minutes.</summary>
    internal ITransformer Sweep(IDataView trainData)
    {
        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.Auto().SequenceClassification(labelColumnName: "Label", featureColumnName: "Features"));

        TrialResult best = mlContext.Auto().CreateExperiment()
            .SetPipeline(pipeline)
            .SetDataset(mlContext.Data.TrainTestSplit(trainData, testFraction: 0.25))
            .SetMulticlassClassificationMetric(MulticlassClassificationMetric.LogLoss, labelColumn: "Label")
            .SetTrainingTimeInSeconds(600)
            .SetSequenceHalving(new() { Folder = "sweep" })
            .Run();

        // The best trial has learnt from three quarters of the data; the same once more, from all of it:
        var model = pipeline.BuildFromOption(mlContext, best.TrialSettings.Parameter["_pipeline_"]).Fit(trainData);
        return model;
    }

    /// <summary>Compiled only: it needs a GPU, or the native libraries of TorchSharp for the CPU.</summary>
    internal static void TrainOnGpu()
    {
        var mlContext = new MLContext(seed: 1) { GpuDeviceId = 0, FallbackToCpu = true };
        mlContext.MulticlassClassification.Trainers.StateSpace(new SequenceClassificationOptions
        {
            Training = new() { Engine = TorchSharpEngine.Cuda(mlContext.GpuDeviceId, mlContext.FallbackToCpu) },
        });
    }
}
