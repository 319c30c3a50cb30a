using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Data;

namespace Microsoft.ML.StateSpace.Classification;

/// <summary>Checks the type of a label column.</summary>
internal static class LabelCheck
{
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
        return checked((int)count);
    }
}
