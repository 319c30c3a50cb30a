using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Data;
using Microsoft.ML.StateSpace.Interop;

namespace Microsoft.ML.StateSpace.Tables;

/// <summary>Checks the types of a table's columns, before there are rows.</summary>
internal static class TableShape
{
    public const string Numbers = "a number, a Boolean, or a vector of such with a known size";

    public static void Check(SchemaShape table, TableOptions options, bool hasLabels)
    {
        CheckGroup(table, options.GroupColumnName, nameof(options.GroupColumnName));
        CheckTime(table, options.OrderColumnName, nameof(options.OrderColumnName));
        CheckTime(table, options.TimeColumnName, nameof(options.TimeColumnName));
        CheckFeatures([.. options.FeatureColumnNames.Select(name => ColumnCheck.Find(table, name))]);
        if (hasLabels)
            CheckLabels([.. options.LabelColumnNames.Select(name => ColumnCheck.Find(table, name))]);
    }

    /// <summary>Checks the column that names the group of a row, if there is one.</summary>
    public static void CheckGroup(SchemaShape table, string? name, string option)
    {
        if (name is not null && ColumnCheck.Find(table, name) is var group && group.Kind != SchemaShape.Column.VectorKind.Scalar)
            throw ColumnCheck.WrongType(
                name, ColumnCheck.Describe(group), "a scalar that names the group of a row", $"Name another column as {option}.");
    }

    /// <summary>Checks a column that orders rows, if there is one.</summary>
    public static void CheckTime(SchemaShape table, string? name, string option)
    {
        if (name is null)
            return;
        var column = ColumnCheck.Find(table, name);
        bool isTime = column.ItemType is NumberDataViewType or DateTimeDataViewType or DateTimeOffsetDataViewType or TimeSpanDataViewType;
        if (column.Kind != SchemaShape.Column.VectorKind.Scalar || column.IsKey || !isTime)
            throw ColumnCheck.WrongType(
                name, ColumnCheck.Describe(column), "a number, a DateTime, a DateTimeOffset or a TimeSpan",
                column.ItemType is TextDataViewType && column.Kind == SchemaShape.Column.VectorKind.Scalar
                    ? $"Make it one with mlContext.Transforms.Conversion.ConvertType(\"{name}\", outputKind: DataKind.DateTime), or load "
                        + "it with that kind."
                    : $"Name another column as {option}.");
    }

    private static void CheckFeatures(SchemaShape.Column[] features)
    {
        foreach (var column in features)
        {
            bool isScalar = column.Kind == SchemaShape.Column.VectorKind.Scalar;
            if (IsNumbers(column) || (column.IsKey && isScalar && features.Length == 1))
                continue;
            throw ColumnCheck.WrongType(
                column.Name, ColumnCheck.Describe(column), Numbers,
                !isScalar ? "Leave it out of FeatureColumnNames."
                    : column.IsKey ? $"Make it numbers with mlContext.Transforms.Conversion.MapKeyToVector(\"{column.Name}\"), or name it "
                        + "alone to make tokens of it."
                    : column.ItemType is TextDataViewType
                        ? $"Make it numbers with mlContext.Transforms.Categorical.OneHotEncoding(\"{column.Name}\"), or name it alone and "
                            + $"make it tokens with mlContext.Transforms.Conversion.MapValueToKey(\"{column.Name}\")."
                    : "Leave it out of FeatureColumnNames; times belong to TimeColumnName.");
        }
    }

    private static void CheckLabels(SchemaShape.Column[] labels)
    {
        foreach (var column in labels)
        {
            bool isScalar = column.Kind == SchemaShape.Column.VectorKind.Scalar;
            if (IsNumbers(column) || (isScalar && labels.Length == 1))
                continue;
            throw ColumnCheck.WrongType(
                column.Name, ColumnCheck.Describe(column), isScalar ? $"{Numbers}, where there are several labels" : Numbers,
                isScalar ? "Name it alone in LabelColumnNames, or take it out." : "Take it out of LabelColumnNames.");
        }
    }

    /// <summary>Whether a column holds numbers, of a known count a row.</summary>
    public static bool IsNumbers(SchemaShape.Column column)
        => !column.IsKey && column.Kind != SchemaShape.Column.VectorKind.VariableVector
            && column.ItemType is NumberDataViewType or BooleanDataViewType;

    /// <summary>The columns that sequences will have.</summary>
    public static SchemaShape Of(SchemaShape table, TableOptions options)
    {
        Check(table, options, hasLabels: options.LabelColumnNames.Count > 0);
        return new SchemaShape(Columns(table, options));
    }

    private static IEnumerable<SchemaShape.Column> Columns(SchemaShape table, TableOptions options)
    {
        var vector = options.KnownLength > 0 ? SchemaShape.Column.VectorKind.Vector : SchemaShape.Column.VectorKind.VariableVector;
        if (options.GroupColumnName is { } group)
            yield return ColumnCheck.Find(table, group);
        yield return Features(ColumnCheck.Find(table, options.FeatureColumnNames[0]), options, vector);
        if (options.LabelColumnNames.Count > 0)
            yield return Label(ColumnCheck.Find(table, options.LabelColumnNames[0]), options, vector);
        if (options.TimeColumnName is not null)
            yield return Friend.Column(options.IntervalOutputColumnName, vector, NumberDataViewType.Single);
        yield return Place(options.FirstRowColumnName);
        yield return Place(options.LastRowColumnName);
    }

    private static SchemaShape.Column Features(
        SchemaShape.Column first, TableOptions options, SchemaShape.Column.VectorKind vector)
    {
        if (first.IsKey)
            return Friend.Column(options.FeatureOutputColumnName, vector, first.ItemType, isKey: true, KeyValues(first));
        string[] names = options.KnownLength > 0 ? [AnnotationKinds.ChannelNames, AnnotationKinds.SlotNames]
            : [AnnotationKinds.ChannelNames];
        return Friend.Column(
            options.FeatureOutputColumnName, vector, NumberDataViewType.Single, isKey: false,
            names.Select(name => Friend.Column(name, SchemaShape.Column.VectorKind.Vector, TextDataViewType.Instance)));
    }

    private static SchemaShape.Column Label(SchemaShape.Column first, TableOptions options, SchemaShape.Column.VectorKind vector)
    {
        bool everyStep = options.Target == TableTarget.EveryStep;
        bool keepsType = options.LabelColumnNames.Count == 1 && first.Kind == SchemaShape.Column.VectorKind.Scalar
            && !(everyStep && IsNumbers(first));
        if (!keepsType)
            return Friend.Column(
                options.LabelOutputColumnName, everyStep ? vector : SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single);
        return Friend.Column(
            options.LabelOutputColumnName, everyStep ? vector : SchemaShape.Column.VectorKind.Scalar, first.ItemType, first.IsKey,
            everyStep ? KeyValues(first) : first.Annotations);
    }

    private static IEnumerable<SchemaShape.Column> KeyValues(SchemaShape.Column source)
        => source.Annotations.Where(annotation => annotation.Name == AnnotationKinds.KeyValues);

    private static SchemaShape.Column Place(string name)
        => Friend.Column(name, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.Int64);
}
