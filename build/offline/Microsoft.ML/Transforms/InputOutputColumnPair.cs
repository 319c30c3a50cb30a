// Mirrors Microsoft.ML.InputOutputColumnPair (package Microsoft.ML, assembly Microsoft.ML.Data).
using Microsoft.ML.Transforms;

namespace Microsoft.ML;

public sealed class InputOutputColumnPair
{
    public InputOutputColumnPair(string outputColumnName, string inputColumnName = null)
    {
        ShapeChecks.CheckName(outputColumnName, nameof(outputColumnName));
        OutputColumnName = outputColumnName;
        InputColumnName = inputColumnName ?? outputColumnName;
    }

    public string InputColumnName { get; }

    public string OutputColumnName { get; }
}
