// Mirrors Microsoft.ML.Data.SchemaAnnotationsExtensions (package Microsoft.ML, assembly Microsoft.ML.Data).
namespace Microsoft.ML.Data;

public static class SchemaAnnotationsExtensions
{
    public static bool IsNormalized(this DataViewSchema.Column column)
    {
        bool value = false;
        if (column.Annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.IsNormalized) is { Type: BooleanDataViewType })
            column.Annotations.GetValue(AnnotationUtils.Kinds.IsNormalized, ref value);
        return value;
    }

    public static bool HasSlotNames(this DataViewSchema.Column column) =>
        column.Type is VectorDataViewType { Size: > 0 } vector
        && column.Annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.SlotNames) is { Type: VectorDataViewType { ItemType: TextDataViewType } names }
        && names.Size == vector.Size;

    public static void GetSlotNames(this DataViewSchema.Column column, ref VBuffer<ReadOnlyMemory<char>> slotNames) =>
        column.Annotations.GetValue(AnnotationUtils.Kinds.SlotNames, ref slotNames);

    public static bool HasKeyValues(this DataViewSchema.Column column, PrimitiveDataViewType keyValueItemType = null) =>
        column.Type.ItemTypeOrSelf() is KeyDataViewType key
        && column.Annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.KeyValues) is { Type: VectorDataViewType values }
        && (ulong)values.Size == key.Count
        && values.ItemType.Equals(keyValueItemType ?? TextDataViewType.Instance);

    public static void GetKeyValues<TValue>(this DataViewSchema.Column column, ref VBuffer<TValue> keyValues) =>
        column.Annotations.GetValue(AnnotationUtils.Kinds.KeyValues, ref keyValues);
}

/// <summary>The names of the annotations that have a meaning.</summary>
internal static class AnnotationUtils
{
    internal static class Kinds
    {
        internal const string IsNormalized = "IsNormalized";
        internal const string KeyValues = "KeyValues";
        internal const string SlotNames = "SlotNames";
        internal const string ScoreColumnSetId = "ScoreColumnSetId";
        internal const string ScoreColumnKind = "ScoreColumnKind";
        internal const string ScoreValueKind = "ScoreValueKind";
        internal const string TrainingLabelValues = "TrainingLabelValues";
    }
}

internal static class DataViewTypeExtensions
{
    /// <summary>The item type of a vector, and any other type itself.</summary>
    internal static DataViewType ItemTypeOrSelf(this DataViewType type) => type is VectorDataViewType vector ? vector.ItemType : type;

    /// <summary>The primitive type (never a key) whose values are of this CLR type, or null.</summary>
    internal static PrimitiveDataViewType PrimitiveTypeOrNull(Type type) =>
        type == typeof(float) ? NumberDataViewType.Single
        : type == typeof(double) ? NumberDataViewType.Double
        : type == typeof(ReadOnlyMemory<char>) || type == typeof(string) ? TextDataViewType.Instance
        : type == typeof(bool) ? BooleanDataViewType.Instance
        : type == typeof(sbyte) ? NumberDataViewType.SByte
        : type == typeof(byte) ? NumberDataViewType.Byte
        : type == typeof(short) ? NumberDataViewType.Int16
        : type == typeof(ushort) ? NumberDataViewType.UInt16
        : type == typeof(int) ? NumberDataViewType.Int32
        : type == typeof(uint) ? NumberDataViewType.UInt32
        : type == typeof(long) ? NumberDataViewType.Int64
        : type == typeof(ulong) ? NumberDataViewType.UInt64
        : type == typeof(DateTime) ? DateTimeDataViewType.Instance
        : type == typeof(DateTimeOffset) ? DateTimeOffsetDataViewType.Instance
        : type == typeof(TimeSpan) ? TimeSpanDataViewType.Instance
        : type == typeof(DataViewRowId) ? RowIdDataViewType.Instance
        : null;
}
