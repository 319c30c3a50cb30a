using Microsoft.ML.Data;

namespace Microsoft.ML.StateSpace.Data;

/// <summary>Checks the type of a label column.</summary>
internal static class LabelCheck
{
    // A key of more classes than this must not have more than so many classes a label.
    private const int MostClasses = 10_000, ClassesPerLabel = 10;

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

    public static void IsVectorOfKeys(SchemaShape.Column tags)
    {
        if (!tags.IsKey || tags.Kind == SchemaShape.Column.VectorKind.Scalar)
            throw ColumnCheck.WrongType(
                tags.Name, ColumnCheck.Describe(tags), "a vector of keys, the tag of each time step",
                $"Make it one with mlContext.Transforms.Conversion.MapValueToKey(\"{tags.Name}\").");
    }

    /// <summary>Returns the number of classes of a column of keys, or of vectors of keys.</summary>
    public static int Classes(DataViewSchema.Column label)
    {
        var type = label.Type is VectorDataViewType vector ? vector.ItemType : (PrimitiveDataViewType)label.Type;
        ulong count = ((KeyDataViewType)type).Count;
        if (count < 2)
            throw new InvalidOperationException($"Column '{label.Name}' has {count} class. A classifier needs at least two.");
        return count <= int.MaxValue ? (int)count : throw TooManyClasses(label.Name, count, $"at most {int.MaxValue} are possible");
    }

    /// <summary>
    /// Requires that the training data can hold the classes. Hashing makes as many keys as there are hashes, and a network would have an
    /// output for each of them.
    /// </summary>
    public static void HasLabelsFor(int classes, long labels, string labelColumn)
    {
        if (classes > MostClasses && classes > ClassesPerLabel * labels)
            throw TooManyClasses(labelColumn, (ulong)classes, $"the training data hold {labels} labels");
    }

    private static InvalidOperationException TooManyClasses(string labelColumn, ulong classes, string limit)
        => new(
            $"Column '{labelColumn}' is a key of {classes} classes, but {limit}. A network has an output for each class of the key, "
            + "whether it occurs or not; hashed labels have as many as there are hashes. Make the key from the labels that occur, with "
            + $"mlContext.Transforms.Conversion.MapValueToKey(\"{labelColumn}\").");
}
