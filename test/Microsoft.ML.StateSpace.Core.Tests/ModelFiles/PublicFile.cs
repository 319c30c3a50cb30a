using System.Text.Json;
using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.ModelFiles;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Core.Tests.ModelFiles;

/// <summary>
/// A checkpoint of test/data/python in public names, with an input and what a forward in NumPy makes of it: a row for each time step,
/// or one row where the model cannot answer before the end.
/// </summary>
internal sealed class PublicFile
{
    private static readonly string Folder = Repository.Path("test", "data", "python");

    private readonly Func<NetworkOptions, SequenceModelOptions> _model;

    private PublicFile(string name, Func<NetworkOptions, SequenceModelOptions> model)
    {
        (Name, _model) = (name, model);
        FilePath = Path.Combine(Folder, name + ".safetensors");
        Bytes = File.ReadAllBytes(FilePath);
        using var json = JsonDocument.Parse(File.ReadAllText(Path.ChangeExtension(FilePath, ".json")));
        // Token 0 of a file is token 1 here.
        bool hasTokens = json.RootElement.GetProperty("input")[0].ValueKind == JsonValueKind.Number;
        Input = [.. Numbers(json.RootElement.GetProperty("input")).Select(value => (float)value + (hasTokens ? 1 : 0))];
        Expected = [.. json.RootElement.GetProperty("output").EnumerateArray().Select(row => Numbers(row).ToArray())];
    }

    public string Name { get; }

    public string FilePath { get; }

    public byte[] Bytes { get; }

    public float[] Input { get; }

    public double[][] Expected { get; }

    /// <summary>What the shapes tell, and what they do not tell as the forward has it.</summary>
    public SequenceModelOptions Options => Of(PythonCheckpoint.ReadArchitecture(new MemoryStream(Bytes)));

    public TrainedModel Model => new(Options, PythonCheckpoint.Read(new MemoryStream(Bytes), Options), Summary.None);

    public SequenceModelOptions Of(NetworkOptions architecture) => _model(architecture);

    public static IEnumerable<string> Names => Files.Keys;

    public static PublicFile Open(string name) => new(name, Files[name]);

    private static readonly Dictionary<string, Func<NetworkOptions, SequenceModelOptions>> Files = new()
    {
        ["s5"] = read => Classifier((S5Options)read with { Parametrization = S5Parametrization.Clipped }),
        ["s5_two_way"] = read => Classifier((S5Options)read with
        {
            Discretization = Discretization.Bilinear, Pooling = Pooling.Last,
            Scaffold = (GluScaffold)read.Scaffold! with { NormPlacement = NormPlacement.Post },
        }),
        ["s5_tokens"] = read => Classifier(read with
        {
            Scaffold = (GluScaffold)read.Scaffold! with { Nonlinearity = Nonlinearity.HalfGlu2 },
        }) with { Inputs = 1, Vocabulary = 6 },
        ["lru"] = read => Classifier(read with
        {
            Scaffold = (GluScaffold)read.Scaffold! with { NormPlacement = NormPlacement.Post },
        }) with { Task = SequenceTask.Tagging },
        ["s4d"] = Classifier,
        ["s4d_block"] = read => Classifier(read with
        {
            Scaffold = (GluScaffold)read.Scaffold! with { NormPlacement = NormPlacement.Pre },
        }),
        ["recurrentgemma"] = LanguageModel,
        ["recurrentgemma_deepmind"] = LanguageModel,
    };

    private static SequenceModelOptions Classifier(NetworkOptions architecture)
        => new() { Task = SequenceTask.Classification, Inputs = 2, Outputs = 3, Architecture = architecture };

    private static SequenceModelOptions LanguageModel(NetworkOptions architecture) => new()
    {
        Task = SequenceTask.Tagging, Inputs = 1, Vocabulary = 12, Outputs = 11,
        Architecture = architecture with
        {
            LogitsSoftCap = 5,
            Scaffold = architecture.Scaffold is GriffinScaffold griffin ? griffin with { Window = 5 } : architecture.Scaffold,
        },
    };

    private static IEnumerable<double> Numbers(JsonElement element)
        => element.ValueKind == JsonValueKind.Array ? element.EnumerateArray().SelectMany(Numbers) : [element.GetDouble()];
}
