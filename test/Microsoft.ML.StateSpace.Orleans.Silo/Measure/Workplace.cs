using Microsoft.ML.Data;

namespace Microsoft.ML.StateSpace.Grains.Silos.Measure;

/// <summary>A folder with the model whose streams are measured, and a database for each cluster.</summary>
internal sealed class Workplace : IDisposable
{
    /// <summary>Values of a time step.</summary>
    public const int Channels = 4;

    private readonly string _folder = Directory.CreateTempSubdirectory("state-space-silos-").FullName;
    private readonly string? _server;

    public Workplace(string? server)
    {
        _server = server;
        new MLContext().Model.Save(FitModel(), null, ModelFile);
    }

    public string DatabaseName => _server is null ? "SQLite" : "PostgreSQL";

    private string ModelFile => Path.Combine(_folder, "model.zip");

    /// <summary>Settings of a cluster with a database of its own.</summary>
    public SiloSettings Settings() => new()
    {
        ModelFile = ModelFile,
        Database = _server is null ? Database.CreateSqlite(Path.Combine(_folder, $"{Guid.NewGuid():N}.db")) : Database.Postgres(_server),
    };

    /// <summary>A new folder.</summary>
    public string Folder() => Directory.CreateDirectory(Path.Combine(_folder, $"{Guid.NewGuid():N}")).FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static StreamStep Step(int number)
        => new([.. Enumerable.Range(0, Channels).Select(channel => MathF.Sin((0.1f * number) + channel))]) { Number = number };

    // Two layers of 32 channels: what a soft sensor has, which answers each time step with one value.
    private static SequenceToSequenceTransformer FitModel()
    {
        var context = new MLContext(1);
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Input)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 50, Channels);
        schema[nameof(Row.Target)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 50, 1);
        var data = context.Data.LoadFromEnumerable(Enumerable.Range(0, 8).Select(i => new Row
        {
            Input = [.. Enumerable.Range(0, 50 * Channels).Select(t => MathF.Sin(i + (0.7f * t)))],
            Target = [.. Enumerable.Range(0, 50).Select(t => MathF.Cos(i + (0.9f * t)))],
        }), schema);
        return context.Transforms.StateSpace.SequenceToSequence(new SequenceToSequenceOptions
        {
            Architecture = new LruOptions { Layers = 2, ModelSize = 32, StateSize = 32, Bidirectional = false },
            Training = new TrainingOptions { Epochs = 1, Seed = 1, Threads = 1 },
        }).Fit(data);
    }

    private sealed class Row
    {
        public float[] Input { get; init; } = [];

        public float[] Target { get; init; } = [];
    }
}
