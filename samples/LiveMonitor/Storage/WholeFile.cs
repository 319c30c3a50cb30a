namespace LiveMonitor.Storage;

/// <summary>Files that are written whole: a program that is killed meanwhile leaves the older one.</summary>
internal static class WholeFile
{
    public static void Write(string path, Action<string> write)
    {
        string aside = path + ".new";
        write(aside);
        File.Move(aside, path, overwrite: true);
    }
}
