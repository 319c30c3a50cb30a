using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Interop;

namespace Microsoft.ML.StateSpace.Data;

/// <summary>
/// The annotations by which ML.NET recognises a group of score columns. The promised columns (schema shape) and the actual ones (schema)
/// have the same annotations.
/// </summary>
internal static class ScoreAnnotations
{
    public const string Multiclass = "MulticlassClassification";
    public const string Binary = "BinaryClassification";
    public const string Regression = "Regression";

    /// <summary>Returns a number for a new group of score columns that no group in the schema has yet.</summary>
    public static uint NextSetId(DataViewSchema schema)
    {
        uint largest = 0;
        foreach (var column in schema)
        {
            if (column.Annotations.Schema.GetColumnOrNull(AnnotationKinds.ScoreColumnSetId)
                is not { Type: KeyDataViewType { RawType: var raw } } || raw != typeof(uint))
                continue;
            uint id = 0;
            column.Annotations.GetValue(AnnotationKinds.ScoreColumnSetId, ref id);
            largest = Math.Max(largest, id);
        }
        return largest + 1;
    }

    public static DataViewSchema.Annotations.Builder Build(uint setId, string kind, string valueKind)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        builder.AddPrimitiveValue(AnnotationKinds.ScoreColumnSetId, new KeyDataViewType(typeof(uint), int.MaxValue), setId);
        builder.AddPrimitiveValue(AnnotationKinds.ScoreColumnKind, TextDataViewType.Instance, kind.AsMemory());
        builder.AddPrimitiveValue(AnnotationKinds.ScoreValueKind, TextDataViewType.Instance, valueKind.AsMemory());
        return builder;
    }

    public static List<SchemaShape.Column> Shape() =>
    [
        Friend.Column(AnnotationKinds.ScoreColumnSetId, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.UInt32, isKey: true),
        Friend.Column(AnnotationKinds.ScoreColumnKind, SchemaShape.Column.VectorKind.Scalar, TextDataViewType.Instance),
        Friend.Column(AnnotationKinds.ScoreValueKind, SchemaShape.Column.VectorKind.Scalar, TextDataViewType.Instance),
    ];

    /// <summary>The promised annotations of the score and of the predicted label, where the label is a key.</summary>
    public static (List<SchemaShape.Column> Score, List<SchemaShape.Column> Predicted) ShapesOfClasses(SchemaShape.Column label)
    {
        List<SchemaShape.Column> score = Shape(), predicted = Shape();
        if (KeyValuesOf(label) is { } keyValues)
        {
            predicted.Add(keyValues);
            score.Add(Friend.Column(AnnotationKinds.TrainingLabelValues, keyValues.Kind, keyValues.ItemType));
            score.Add(Friend.Column(AnnotationKinds.SlotNames, SchemaShape.Column.VectorKind.Vector, TextDataViewType.Instance));
        }
        return (score, predicted);
    }

    /// <summary>Returns the annotation of the key values that a label column promises, or <see langword="null"/>.</summary>
    public static SchemaShape.Column? KeyValuesOf(SchemaShape.Column label)
    {
        foreach (var annotation in label.Annotations)
        {
            if (annotation.Name == AnnotationKinds.KeyValues)
                return annotation;
        }
        return null;
    }
}
