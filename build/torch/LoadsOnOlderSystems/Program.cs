// Copies libLibTorchSharp.so of the package TorchSharp so that it loads on systems whose C++ library is some years old, such as Debian 12.
//
// From 0.107 on that library is linked against the libstdc++ of GCC 13 and says that it needs its version GLIBCXX_3.4.32. All it takes
// from that version is one symbol, ios_base_library_init, which the header <iostream> mentions so that a program made with a newer
// header is not run with an older library. No relocation refers to it, so it is never looked up. But the loader refuses a library whose
// version needs are not met. In the copy this one need is weak, which makes the loader go on without it, and the symbol is weak and has
// no version. Where the C++ library is new enough, the copy is the original, byte for byte; the original stays what it is in any case.
//
// usage: LoadsOnOlderSystems FROM TO [--always]
//
// With --always the copy is for another system, whose C++ library may be older than the one here.
namespace Build.Torch;

internal static class Program
{
    private const string Version = "GLIBCXX_3.4.32";
    private const string Symbol = "_ZSt21ios_base_library_initv";

    private static int Main(string[] arguments)
    {
        if (arguments is not [string from, string to, .. string[] rest] || rest is not ([] or ["--always"]))
        {
            Console.Error.WriteLine("usage: LoadsOnOlderSystems FROM TO [--always]");
            return 2;
        }
        byte[] file = File.ReadAllBytes(from);
        try
        {
            if (rest.Length > 0)
                new ElfFile(file).WeakenVersion(Version, Symbol);
            else if (SystemLibrary.Find("libstdc++.so.6") is string library && !SystemLibrary.Mentions(library, Version))
            {
                new ElfFile(file).WeakenVersion(Version, Symbol);
                Console.WriteLine($"{Path.GetFileName(from)}: {library} lacks {Version}; the output gets a copy that does without");
            }
        }
        catch (Exception error) when (error is InvalidDataException or ArgumentException or OverflowException or IndexOutOfRangeException)
        {
            Console.Error.WriteLine($"{from}: error : {error.Message}");
            return 1;
        }
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(to))!);
        File.Delete(to); // it may be a link
        File.WriteAllBytes(to, file);
        return 0;
    }
}
