// Mirrors Microsoft.ML.ModelLoadContext (internal there too; assembly Microsoft.ML.Core).
using System.Reflection;
using System.Text;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

internal sealed class ModelLoadContext : IDisposable
{
    internal readonly Repository Repository;
    internal readonly string Directory;
    internal readonly BinaryReader Reader;
    internal readonly ModelHeader Header;

    private readonly long _start;

    private ModelLoadContext(Repository repository, string directory, Stream model)
    {
        Repository = repository;
        Directory = directory;
        Reader = new BinaryReader(model, Encoding.UTF8);
        Header = ModelHeader.Read(Reader);
        _start = model.Position;
    }

    internal bool InRepository => true;

    internal string LoaderAssemblyName => Header.LoaderAssemblyName;

    public void Dispose() => Reader.Dispose();

    internal static bool LoadModelOrNull<TRes, TSig>(IHostEnvironment env, out TRes result, Repository repository, string directory)
        where TRes : class
    {
        result = null;
        var entry = repository.OpenOrNull(directory, ModelHeader.EntryName);
        if (entry is null)
            return false;
        using var ctx = new ModelLoadContext(repository, directory, entry);
        if (!string.IsNullOrEmpty(ctx.Header.LoaderAssemblyName))
            env.ComponentCatalog.RegisterAssembly(Assembly.Load(ctx.Header.LoaderAssemblyName));
        if (!string.IsNullOrEmpty(ctx.Header.LoaderSignature) && env.ComponentCatalog.TryCreate(env, ctx.Header.LoaderSignature, ctx, out object made))
            result = made as TRes;
        return result is not null ? true : throw Marks.Set(new FormatException($"Couldn't load model: '{directory}'"));
    }

    internal static void LoadModel<TRes, TSig>(IHostEnvironment env, out TRes result, Repository repository, string directory)
        where TRes : class
    {
        if (!LoadModelOrNull<TRes, TSig>(env, out result, repository, directory))
            throw Marks.Set(new FormatException($"Corrupt model file: no model in '{directory}'"));
    }

    internal void LoadModel<TRes, TSig>(IHostEnvironment env, out TRes result, string name)
        where TRes : class => LoadModel<TRes, TSig>(env, out result, Repository, Repository.Combine(Directory, name));

    internal bool LoadModelOrNull<TRes, TSig>(IHostEnvironment env, out TRes result, string name)
        where TRes : class => LoadModelOrNull<TRes, TSig>(env, out result, Repository, Repository.Combine(Directory, name));

    internal bool ContainsModel(string name) => Repository.OpenOrNull(Repository.Combine(Directory, name), ModelHeader.EntryName) is not null;

    internal void CheckAtModel()
    {
        if (Reader.BaseStream.Position != _start)
            throw Marks.Set(new InvalidOperationException("The context is not at the beginning of a model."));
    }

    internal void CheckAtModel(VersionInfo ver)
    {
        CheckAtModel();
        CheckVersionInfo(ver);
    }

    internal void CheckVersionInfo(VersionInfo ver) => Header.Check(ver);

    internal bool TryLoadBinaryStream(string name, Action<BinaryReader> action)
    {
        using var stream = Repository.OpenOrNull(Directory, name);
        if (stream is null)
            return false;
        using var reader = new BinaryReader(stream, Encoding.UTF8);
        action(reader);
        return true;
    }

    internal bool TryLoadTextStream(string name, Action<TextReader> action)
    {
        using var stream = Repository.OpenOrNull(Directory, name);
        if (stream is null)
            return false;
        using var reader = new StreamReader(stream);
        action(reader);
        return true;
    }

    internal bool TryProcessSubModel(string dir, Action<ModelLoadContext> action)
    {
        string path = Repository.Combine(Directory, dir);
        var entry = Repository.OpenOrNull(path, ModelHeader.EntryName);
        if (entry is null)
            return false;
        using var ctx = new ModelLoadContext(Repository, path, entry);
        action(ctx);
        return true;
    }

    internal string LoadStringOrNull() => Reader.ReadBoolean() ? Reader.ReadString() : null;

    internal string LoadString() => LoadStringOrNull() ?? throw Marks.Set(new FormatException("Corrupt model file: a string is missing."));

    internal string LoadNonEmptyString()
    {
        string str = LoadString();
        return str.Length > 0 ? str : throw Marks.Set(new FormatException("Corrupt model file: an empty string."));
    }
}
