// Mirrors Microsoft.ML.ModelOperationsCatalog (package Microsoft.ML, assembly Microsoft.ML.Data).
using System.Text;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

public sealed class ModelOperationsCatalog : IInternalCatalog
{
    private const string TransformerDirectory = "TransformerChain";
    private const string SchemaEntry = "Schema";

    private readonly IHostEnvironment _env;

    internal ModelOperationsCatalog(IHostEnvironment env)
    {
        _env = env;
        // The transforms of this assembly load as anybody else's do.
        env.ComponentCatalog.RegisterAssembly(typeof(ModelOperationsCatalog).Assembly);
    }

    IHostEnvironment IInternalCatalog.Environment => _env;

    public void Save(ITransformer model, DataViewSchema inputSchema, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(stream);
        var repository = new Repository();
        ModelSaveContext.SaveModel(repository, model, TransformerDirectory);
        if (inputSchema is not null)
        {
            repository.Add(null, SchemaEntry, entry =>
            {
                using var writer = new BinaryWriter(entry, Encoding.UTF8, leaveOpen: true);
                SchemaSerializer.Write(writer, inputSchema);
            });
        }
        repository.Write(stream);
    }

    public void Save(ITransformer model, DataViewSchema inputSchema, string filePath)
    {
        using var stream = File.Create(filePath);
        Save(model, inputSchema, stream);
    }

    public ITransformer Load(Stream stream, out DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Repository repository;
        try
        {
            repository = Repository.Read(stream);
        }
        catch (InvalidDataException e)
        {
            throw new FormatException("Failed to open a zip archive", e);
        }
        if (!ModelLoadContext.LoadModelOrNull<ITransformer, SignatureLoadModel>(_env, out var model, repository, TransformerDirectory))
            throw new InvalidOperationException("Could not load legacy format model");
        inputSchema = null;
        if (repository.OpenOrNull(null, SchemaEntry) is { } entry)
        {
            using var reader = new BinaryReader(entry, Encoding.UTF8);
            inputSchema = SchemaSerializer.Read(reader);
        }
        return model;
    }

    public ITransformer Load(string filePath, out DataViewSchema inputSchema)
    {
        using var stream = File.OpenRead(filePath);
        return Load(stream, out inputSchema);
    }

    public PredictionEngine<TSrc, TDst> CreatePredictionEngine<TSrc, TDst>(
        ITransformer transformer,
        bool ignoreMissingColumns = true,
        SchemaDefinition inputSchemaDefinition = null,
        SchemaDefinition outputSchemaDefinition = null)
        where TSrc : class
        where TDst : class, new() => new(transformer, new()
        {
            IgnoreMissingColumns = ignoreMissingColumns,
            InputSchemaDefinition = inputSchemaDefinition,
            OutputSchemaDefinition = outputSchemaDefinition
        });

    public PredictionEngine<TSrc, TDst> CreatePredictionEngine<TSrc, TDst>(ITransformer transformer, DataViewSchema inputSchema)
        where TSrc : class
        where TDst : class, new() =>
        new(transformer, new() { IgnoreMissingColumns = false, InputSchemaDefinition = DataOperationsCatalog.DefinitionFrom<TSrc>(inputSchema) });

    public PredictionEngine<TSrc, TDst> CreatePredictionEngine<TSrc, TDst>(ITransformer transformer, PredictionEngineOptions options)
        where TSrc : class
        where TDst : class, new()
    {
        ArgumentNullException.ThrowIfNull(options);
        return new(transformer, options);
    }
}
