using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Security.Cryptography;
using System.Text;

namespace Microsoft.ML.StateSpace.Accuracy.Runs;

/// <summary>Short hashes that tell whether code or data have changed.</summary>
internal static class Fingerprint
{
    private const int Digits = 16;

    /// <summary>Of files: their names and bytes.</summary>
    public static string OfFiles(params IEnumerable<string> paths) => Of(hash =>
    {
        foreach (string path in paths)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(Path.GetFileName(path)));
            hash.AppendData(File.ReadAllBytes(path));
        }
    });

    /// <summary>
    /// Of the code in libraries: the instructions of all methods, all texts, and the names of fields, among which the compiler names each
    /// table of constants by its hash. The whole file would not do: a build writes the commit into it, so every commit would change it.
    /// </summary>
    public static string OfCode(params IEnumerable<Assembly> libraries) => Of(hash =>
    {
        foreach (var library in libraries)
        {
            using var file = new PEReader(File.OpenRead(library.Location));
            var metadata = file.GetMetadataReader();
            foreach (var field in metadata.FieldDefinitions.Select(metadata.GetFieldDefinition))
                hash.AppendData(Encoding.UTF8.GetBytes(metadata.GetString(field.Name)));
            foreach (var method in metadata.MethodDefinitions.Select(metadata.GetMethodDefinition))
            {
                hash.AppendData(Encoding.UTF8.GetBytes(metadata.GetString(method.Name)));
                if (method.RelativeVirtualAddress != 0)
                    hash.AppendData(file.GetMethodBody(method.RelativeVirtualAddress).GetILBytes() ?? []);
            }
            int texts = metadata.GetHeapMetadataOffset(HeapIndex.UserString);
            hash.AppendData(file.GetMetadata().GetContent(texts, metadata.GetHeapSize(HeapIndex.UserString)).AsSpan());
        }
    });

    private static string Of(Action<IncrementalHash> append)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        append(hash);
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..Digits];
    }
}
