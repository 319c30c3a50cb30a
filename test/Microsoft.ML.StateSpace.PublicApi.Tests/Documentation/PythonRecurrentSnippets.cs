using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.ModelFiles;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.PublicApi.Tests.Documentation;

/// <summary>The code of docs/python-recurrent.md.</summary>
public class PythonRecurrentSnippets
{
    private readonly MLContext mlContext = new(seed: 1);

    [Fact]
    public void Training_GoesOnFromAnS5OfPython()
    {
        string path = Repository.Path("test", "data", "python", "s5.safetensors");

        S5Options read;
        using (var file = File.OpenRead(path))
            read = (S5Options)PythonCheckpoint.ReadArchitecture(file);   // sizes, direction and norm: what names and shapes tell
        var architecture = read with                                     // what they do not tell, of its training's settings
        {
            Parametrization = S5Parametrization.Clipped,                  // clip_eigs = True
            Discretization = Discretization.ZeroOrderHold,                // discretization = "zoh"
            Pooling = Pooling.Mean,                                       // mode = "pool"
            Scaffold = new GluScaffold                                    // prenorm = True, activation_fn = "half_glu1"
            {
                NormPlacement = NormPlacement.Pre, Nonlinearity = Nonlinearity.HalfGlu1,
            },
        };
        var estimator = mlContext.Transforms.StateSpace.SequenceClassification(new()
        {
            Architecture = architecture,
            DerivedInputs = new(),                                        // the channels alone, as the public code reads them
            Training = new() { Epochs = 1, InitialParameters = SavedParameters.FromFile(path) },   // training goes on from the file
        });

        var rows = Enumerable.Range(0, 6).Select(i => new Row
        {
            Features = [.. Enumerable.Range(0, 24).Select(t => MathF.Sin(t * (1 + i % 3)))], Label = $"class {i % 3}",
        });
        var data = mlContext.Data.LoadFromEnumerable(rows);
        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label").Append(estimator);
        pipeline.Fit(data).Transform(data).Schema["Score"].Should().NotBeNull();
    }

    private sealed class Row
    {
        [VectorType(12, 2)]
        public float[] Features { get; set; } = [];

        public string Label { get; set; } = "";
    }
}
