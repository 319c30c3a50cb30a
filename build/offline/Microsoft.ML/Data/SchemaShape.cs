// Mirrors Microsoft.ML.SchemaShape (package Microsoft.ML, assembly Microsoft.ML.Core).
using System.Collections;
using Microsoft.ML.Data;

namespace Microsoft.ML;

public sealed class SchemaShape : IReadOnlyList<SchemaShape.Column>
{
    private static readonly SchemaShape _empty = new([]);
    private readonly Column[] _columns;

    public SchemaShape(IEnumerable<Column> columns) => _columns = [.. columns ?? throw new ArgumentNullException(nameof(columns))];

    public int Count => _columns.Length;

    public Column this[int index] => _columns[index];

    public IEnumerator<Column> GetEnumerator() => ((IEnumerable<Column>)_columns).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal static SchemaShape Create(DataViewSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        return new(schema.Where(c => !c.IsHidden).Select(c => Describe(c, new(c.Annotations.Schema.Select(a => Describe(a, null))))));
    }

    internal static void GetColumnTypeShape(DataViewType type, out Column.VectorKind vecKind, out DataViewType itemType, out bool isKey)
    {
        vecKind = type is not VectorDataViewType vector ? Column.VectorKind.Scalar
            : vector.IsKnownSize ? Column.VectorKind.Vector : Column.VectorKind.VariableVector;
        itemType = type.ItemTypeOrSelf();
        isKey = itemType is KeyDataViewType;
        if (isKey)
            itemType = DataViewTypeExtensions.PrimitiveTypeOrNull(itemType.RawType);
    }

    internal bool TryFindColumn(string name, out Column column)
    {
        ArgumentNullException.ThrowIfNull(name);
        column = Array.Find(_columns, c => c.Name == name);
        return column.IsValid;
    }

    private static Column Describe(DataViewSchema.Column column, SchemaShape annotations)
    {
        GetColumnTypeShape(column.Type, out var kind, out var itemType, out bool isKey);
        return new(column.Name, kind, itemType, isKey, annotations);
    }

    public struct Column
    {
        public readonly string Name;
        public readonly VectorKind Kind;
        public readonly DataViewType ItemType;
        public readonly bool IsKey;
        public readonly SchemaShape Annotations;

        internal Column(string name, VectorKind vecKind, DataViewType itemType, bool isKey, SchemaShape annotations = null)
        {
            if (string.IsNullOrEmpty(name))
                throw new ArgumentOutOfRangeException(nameof(name), $"{nameof(name)} cannot be null or empty");
            ArgumentNullException.ThrowIfNull(itemType);
            if (itemType is KeyDataViewType or VectorDataViewType)
                throw new ArgumentOutOfRangeException(nameof(itemType), "Item type cannot be a key or a vector.");
            if (isKey && !KeyDataViewType.IsValidDataType(itemType.RawType))
                throw new ArgumentOutOfRangeException(nameof(itemType), "The item type must be valid for a key.");
            Name = name;
            Kind = vecKind;
            ItemType = itemType;
            IsKey = isKey;
            Annotations = annotations ?? _empty;
        }

        public enum VectorKind
        {
            Scalar,
            Vector,
            VariableVector
        }

        internal bool IsValid => Name is not null;

        internal bool IsCompatibleWith(Column source) =>
            Name == source.Name
            && Kind == source.Kind
            && ItemType.Equals(source.ItemType)
            && IsKey == source.IsKey
            && Annotations.All(wanted => source.Annotations.TryFindColumn(wanted.Name, out var given) && wanted.IsCompatibleWith(given));

        internal string GetTypeString()
        {
            string item = IsKey ? $"Key<{ItemType}>" : ItemType.ToString();
            return Kind switch { VectorKind.Vector => $"Vector<{item}>", VectorKind.VariableVector => $"VarVector<{item}>", _ => item };
        }
    }
}
