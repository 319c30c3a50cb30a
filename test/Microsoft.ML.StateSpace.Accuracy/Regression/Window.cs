using Microsoft.ML.Data;

namespace Microsoft.ML.StateSpace.Accuracy.Regression;

/// <summary>A sequence with the value that belongs to it, a row of ML.NET.</summary>
internal sealed class Window
{
    /// <summary>(steps, channels).</summary>
    public float[] Features { get; set; } = [];

    public float Label { get; set; }

    /// <summary>The rows as a view: sequences of any length, and of so many channels.</summary>
    public static IDataView View(MLContext mlContext, IEnumerable<Window> windows, int channels)
    {
        var schema = SchemaDefinition.Create(typeof(Window));
        schema[nameof(Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 0, channels);
        return mlContext.Data.LoadFromEnumerable(windows, schema);
    }

    /// <summary>Cuts rows of a table out, from one on, and puts them side by side.</summary>
    public static float[] Cut(IReadOnlyList<float[]> table, int start, int length)
        => [.. Enumerable.Range(start, length).SelectMany(row => table[row])];
}
