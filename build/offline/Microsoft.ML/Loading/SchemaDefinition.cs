// Mirrors Microsoft.ML.Data.SchemaDefinition (package Microsoft.ML, assembly Microsoft.ML.Data): how the members of a class are columns.
using System.Reflection;

namespace Microsoft.ML.Data;

public sealed class SchemaDefinition : List<SchemaDefinition.Column>
{
    private SchemaDefinition()
    {
    }

    [Flags]
    public enum Direction
    {
        Read = 1,
        Write = 2,
        Both = Read | Write
    }

    public Column this[string columnName]
    {
        get => Find(c => c.ColumnName == columnName);
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            int at = FindIndex(c => c.ColumnName == columnName);
            if (at < 0)
                throw new ArgumentOutOfRangeException(nameof(columnName), $"No column '{columnName}'.");
            this[at] = value;
        }
    }

    public static SchemaDefinition Create(Type userType, Direction direction = Direction.Both)
    {
        ArgumentNullException.ThrowIfNull(userType);
        var definition = new SchemaDefinition();
        var fields = userType.GetFields(BindingFlags.Public | BindingFlags.Instance).Where(f => !f.IsLiteral);
        var properties = userType.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.GetIndexParameters().Length == 0
            && ((direction.HasFlag(Direction.Read) && p.GetGetMethod() is not null) || (direction.HasFlag(Direction.Write) && p.GetSetMethod() is not null))
            && (p.GetGetMethod() is not null || direction == Direction.Write));
        foreach (var member in fields.Concat<MemberInfo>(properties))
        {
            if (member.GetCustomAttribute<NoColumnAttribute>() is not null)
                continue;
            string name = member.GetCustomAttribute<ColumnNameAttribute>()?.Name ?? member.Name;
            if (definition[name] is not null)
                throw new ArgumentOutOfRangeException(nameof(userType), $"Duplicate column name '{name}' detected, this is disallowed");
            definition.Add(new(member.Name) { ColumnName = name, ColumnType = TypeOf(member) });
        }
        return definition;
    }

    /// <summary>The item type of an array or buffer member, or the type of a scalar member; null where no column type fits.</summary>
    internal static PrimitiveDataViewType ItemTypeOf(MemberInfo member, out bool isVector)
    {
        var type = MemberType(member);
        isVector = type.IsArray || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(VBuffer<>));
        return DataViewTypeExtensions.PrimitiveTypeOrNull(type.IsArray ? type.GetElementType() : isVector ? type.GetGenericArguments()[0] : type)
            ?? throw new ArgumentOutOfRangeException("rawType", $"Could not determine an IDataView type and registered custom types for member {member.Name}");
    }

    internal static Type MemberType(MemberInfo member) => member is FieldInfo field ? field.FieldType : ((PropertyInfo)member).PropertyType;

    private static DataViewType TypeOf(MemberInfo member)
    {
        var itemType = ItemTypeOf(member, out bool isVector);
        if (member.GetCustomAttribute<KeyTypeAttribute>() is { } key)
        {
            if (!KeyDataViewType.IsValidDataType(itemType.RawType))
                throw new ArgumentOutOfRangeException("userType", $"Member {member.Name} marked with KeyType attribute, but does not appear to be a valid kind of data for a key type");
            itemType = new KeyDataViewType(itemType.RawType, key.Count);
        }
        var vector = member.GetCustomAttribute<VectorTypeAttribute>();
        if (vector is not null && !isVector)
            throw new ArgumentOutOfRangeException("userType", $"Member {member.Name} marked with {nameof(VectorTypeAttribute)}, but does not appear to be a vector type");
        return !isVector ? itemType : vector?.Dims is { Length: > 0 } dims ? new VectorDataViewType(itemType, dims) : new VectorDataViewType(itemType);
    }

    public sealed class Column
    {
        private readonly DataViewSchema.Annotations.Builder _annotations = new();

        internal Column(string memberName) => MemberName = memberName;

        public string MemberName { get; }

        public string ColumnName { get; set; }

        public DataViewType ColumnType { get; set; }

        public DataViewSchema.Annotations Annotations => _annotations.ToAnnotations();

        public void AddAnnotation<T>(string kind, T value, DataViewType annotationType) => _annotations.Add(kind, annotationType, (ref T dst) => dst = value);

        internal void AddAnnotations(DataViewSchema.Annotations annotations) => _annotations.Add(annotations, _ => true);
    }
}
