using System.Globalization;

namespace Microsoft.ML.StateSpace.Telemetry;

/// <summary>
/// Finds the folder of a new run. To TensorBoard a folder is a run: the events of two trainings in one would be one zigzag.
/// </summary>
internal static class RunFolder
{
    // A claim that fails so often does so for another reason than that others make folders too.
    private const int MostRefusals = 100;

    /// <summary>
    /// Makes a folder that nobody else has: of the name, or of the name with the first number from 2 that is free. Several processes may
    /// look at once.
    /// </summary>
    /// <param name="parent">Where the folder is made.</param>
    /// <param name="name">Its name.</param>
    public static string Claim(string parent, string name)
    {
        Directory.CreateDirectory(parent);
        int refusals = 0;
        for (int number = 1; ; number++)
        {
            string folder = Path.Combine(parent, number == 1 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}-{number}"));
            try
            {
                if (TryMake(folder))
                    return folder;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException && ++refusals < MostRefusals)
            {
                // Somebody else is making this folder.
            }
        }
    }

    // To make a folder does not tell whether it was there. So who makes one holds a file meanwhile, which only one can have.
    private static bool TryMake(string folder)
    {
        if (Path.Exists(folder))
            return false;
        using var claim = new FileStream(
            folder + ".claim", FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
        if (Path.Exists(folder))
            return false;
        Directory.CreateDirectory(folder);
        return true;
    }
}
