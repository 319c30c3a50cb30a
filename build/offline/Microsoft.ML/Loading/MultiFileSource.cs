// Mirrors Microsoft.ML.Data.IMultiStreamSource, MultiFileSource and DataLoaderExtensions (package Microsoft.ML, assembly Microsoft.ML.Data).
using Microsoft.ML.Data;

namespace Microsoft.ML.Data
{
    public interface IMultiStreamSource
    {
        int Count { get; }

        string GetPathOrNull(int index);

        Stream Open(int index);

        TextReader OpenTextReader(int index);
    }

    public sealed class MultiFileSource : IMultiStreamSource
    {
        private readonly string[] _paths;

        public MultiFileSource(params string[] paths)
        {
            ArgumentNullException.ThrowIfNull(paths);
            _paths = [.. paths.SelectMany(Expand)];
        }

        public int Count => _paths.Length;

        public string GetPathOrNull(int index) => _paths[index];

        public Stream Open(int index) => File.OpenRead(_paths[index]);

        public TextReader OpenTextReader(int index) => new StreamReader(Open(index));

        private static IEnumerable<string> Expand(string path)
        {
            if (!path.Contains('*'))
                return [path];
            string folder = Path.GetDirectoryName(path);
            return Directory.EnumerateFiles(folder is "" or null ? "." : folder, Path.GetFileName(path)).Order(StringComparer.Ordinal);
        }
    }
}

namespace Microsoft.ML
{
    public static class DataLoaderExtensions
    {
        public static IDataView Load(this IDataLoader<IMultiStreamSource> loader, params string[] path)
        {
            ArgumentNullException.ThrowIfNull(loader);
            return loader.Load(new MultiFileSource(path));
        }
    }
}
