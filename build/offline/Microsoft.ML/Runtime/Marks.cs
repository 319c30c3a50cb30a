// Stands for the marks of Microsoft.ML.Runtime.Contracts (internal there too): an exception that ML.NET itself has thrown or processed is marked.
namespace Microsoft.ML.Runtime;

internal static class Marks
{
    private const string Key = "ML_IsMarked";

    internal static bool Has(Exception e) => e.Data.Contains(Key);

    internal static T Set<T>(T e)
        where T : Exception
    {
        e.Data[Key] = 1;
        return e;
    }
}
