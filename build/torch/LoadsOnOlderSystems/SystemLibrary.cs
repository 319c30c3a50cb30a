using System.Text;

namespace Build.Torch;

/// <summary>Looks for a library where the loader would.</summary>
internal static class SystemLibrary
{
    private static readonly string[] Usual =
        ["/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib64", "/usr/lib64", "/lib", "/usr/lib"];

    /// <summary>Its path, or <see langword="null"/>.</summary>
    public static string? Find(string name)
    {
        string[] first = (Environment.GetEnvironmentVariable("LD_LIBRARY_PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        return first.Concat(Usual).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
    }

    /// <summary>Whether a version stands among its strings.</summary>
    public static bool Mentions(string path, string version)
        => File.ReadAllBytes(path).AsSpan().IndexOf(Encoding.ASCII.GetBytes($"\0{version}\0")) >= 0;
}
