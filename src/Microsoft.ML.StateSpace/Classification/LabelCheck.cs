using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Data;

namespace Microsoft.ML.StateSpace.Classification;

/// <summary>Checks the type of a label column.</summary>
internal static class LabelCheck
{
    // A key of more classes than this must not have more than so many classes a row.
    private const int MostClasses = 10_000, ClassesPerRow = 10;

    public static void IsKey(SchemaShape.Column label)
    {
        if (!label.IsKey || label.Kind != SchemaShape.Column.VectorKind.Scalar)
            throw ColumnCheck.WrongType(
                label.Name, ColumnCheck.Describe(label), "a key",
                $"Make it one with mlContext.Transforms.Conversion.MapValueToKey(\"{label.Name}\").");
    }

    public static void IsBoolean(SchemaShape.Column label)
    {
        if (label.Kind != SchemaShape.Column.VectorKind.Scalar || label.IsKey || !label.ItemType.Equals(BooleanDataViewType.Instance))
        {
            throw ColumnCheck.WrongType(
                label.Name, ColumnCheck.Describe(label), "Boolean",
                (label.IsKey ? "Use" : $"Make it one with mlContext.Transforms.Conversion.ConvertType(\"{label.Name}\", outputKind: "
                    + "DataKind.Boolean), or use")
                + " mlContext.MulticlassClassification.Trainers.StateSpace, which takes a key of two classes.");
        }
    }

    /// <summary>Returns the number of classes of a key column.</summary>
    public static int Classes(DataViewSchema.Column label)
    {
        ulong count = ((KeyDataViewType)label.Type).Count;
        if (count < 2)
            throw new InvalidOperationException($"Column '{label.Name}' has {count} class. A classifier needs at least two.");
        return count <= int.MaxValue ? (int)count : throw TooManyClasses(label.Name, count, $"at most {int.MaxValue} are possible");
    }

    /// <summary>
    /// Requires that the rows can hold the classes. Hashing makes as many keys as there are hashes, and a network would have an output for
    /// each of them.
    /// </summary>
    public static void HasRowsFor(int classes, int rows, string labelColumn)
    {
        if (classes > MostClasses && classes > ClassesPerRow * (long)rows)
            throw TooManyClasses(labelColumn, (ulong)classes, $"the training data have {rows} rows");
    }

    private static InvalidOperationException TooManyClasses(string labelColumn, ulong classes, string limit)
        => new(
            $"Column '{labelColumn}' is a key of {classes} classes, but {limit}. A network has an output for each class of the key, "
            + "whether it occurs or not; hashed labels have as many as there are hashes. Make the key from the labels that occur, with "
            + $"mlContext.Transforms.Conversion.MapValueToKey(\"{labelColumn}\").");
}
