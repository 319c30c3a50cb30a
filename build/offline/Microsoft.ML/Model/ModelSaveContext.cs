// Mirrors Microsoft.ML.ModelSaveContext (package Microsoft.ML, assembly Microsoft.ML.Core); everything but the type and Dispose is internal there too.
using System.Text;

namespace Microsoft.ML;

public sealed class ModelSaveContext : IDisposable
{
    private readonly MemoryStream _model = new();
    private VersionInfo? _version;
    private bool _done;

    internal readonly Repository Repository;
    internal readonly string Directory;
    internal readonly BinaryWriter Writer;

    internal ModelSaveContext(Repository repository, string directory)
    {
        Repository = repository;
        Directory = directory;
        Writer = new BinaryWriter(_model, Encoding.UTF8, leaveOpen: true);
    }

    internal bool InRepository => true;

    public void Dispose() => Writer.Dispose();

    internal static void SaveModel<T>(Repository repository, T value, string directory)
        where T : class
    {
        using var ctx = new ModelSaveContext(repository, directory);
        ((value as ICanSaveModel) ?? throw new NotSupportedException($"{value.GetType()} cannot be saved as a model.")).Save(ctx);
        ctx.Done();
    }

    internal void CheckAtModel()
    {
        Writer.Flush();
        if (_model.Length != 0 || _version is not null)
            throw new InvalidOperationException("The context is not at the beginning of a model.");
    }

    internal void SetVersionInfo(VersionInfo ver) => _version = ver;

    internal void SaveModel<T>(T value, string name)
        where T : class => SaveModel(Repository, value, Repository.Combine(Directory, name));

    internal void SaveSubModel(string dir, Action<ModelSaveContext> fn)
    {
        using var ctx = new ModelSaveContext(Repository, Repository.Combine(Directory, dir));
        fn(ctx);
        ctx.Done();
    }

    internal void SaveBinaryStream(string name, Action<BinaryWriter> action) => Repository.Add(Directory, name, stream =>
    {
        using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        action(writer);
    });

    internal void SaveTextStream(string name, Action<TextWriter> action) => Repository.Add(Directory, name, stream =>
    {
        using var writer = new StreamWriter(stream, leaveOpen: true);
        action(writer);
    });

    internal void SaveStringOrNull(string str)
    {
        Writer.Write(str is not null);
        if (str is not null)
            Writer.Write(str);
    }

    internal void SaveString(string str)
    {
        ArgumentNullException.ThrowIfNull(str);
        Writer.Write(true);
        Writer.Write(str);
    }

    internal void SaveNonEmptyString(string str)
    {
        ArgumentException.ThrowIfNullOrEmpty(str);
        SaveString(str);
    }

    internal void Done()
    {
        if (_done)
            return;
        _done = true;
        Writer.Flush();
        Repository.Add(Directory, ModelHeader.EntryName, stream =>
        {
            using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
            ModelHeader.From(_version.GetValueOrDefault()).Write(writer);
            writer.Write(_model.GetBuffer(), 0, (int)_model.Length);
        });
    }
}
