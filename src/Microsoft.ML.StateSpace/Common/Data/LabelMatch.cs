using Microsoft.ML.Data;

namespace Microsoft.ML.StateSpace.Data;

/// <summary>
/// Holds a label column of rows to be scored against the classes that a model was trained on. An evaluation compares keys by their numbers
/// alone, so a number that stands for two different classes would give a wrong result without a word.
/// </summary>
internal static class LabelMatch
{
    /// <summary>
    /// Throws if a key of the column means another class than in training. What has no such column, no keys or no key values passes, and so
    /// does a column with fewer or more classes if those that it shares have the same keys.
    /// </summary>
    public static void Require(DataViewSchema schema, string labelColumn, LabelValues? trained)
    {
        if (trained is null || schema.GetColumnOrNull(labelColumn) is not { } column
            || column.Type is not (KeyDataViewType or VectorDataViewType { ItemType: KeyDataViewType })
            || LabelValues.Of(column) is not { } found)
            return;
        string[] here = found.Texts, there = trained.Texts;
        for (int i = 0; i < Math.Min(here.Length, there.Length); i++)
        {
            if (here[i] != there[i])
                throw new InvalidOperationException(
                    $"Column '{labelColumn}' has other keys than the labels that the model was trained on: key {i + 1} is '{here[i]}' "
                    + $"here, but was '{there[i]}' in training, so an evaluation would compare different classes. Make the keys with the "
                    + "MapValueToKey that was fitted to the training rows; if the column comes with keys, put "
                    + $"MapKeyToValue(\"{labelColumn}\") before it in the pipeline. If the rows have no label of the model's classes, "
                    + $"drop the column with mlContext.Transforms.DropColumns(\"{labelColumn}\").");
        }
    }
}
