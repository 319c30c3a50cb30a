// Stands for Microsoft.ML.Data.InternalSchemaDefinition and the peeks and pokes of DataViewConstructionUtils and TypedCursor (internal there too).
using System.Linq.Expressions;
using System.Reflection;

namespace Microsoft.ML.Data;

/// <summary>A member of a row class bound to a column: reads the member into the column's value type and back.</summary>
internal abstract class MemberColumn<TRow>
{
    private protected MemberColumn(SchemaDefinition.Column definition, MemberInfo member)
    {
        Name = definition.ColumnName;
        Type = definition.ColumnType;
        Annotations = definition.Annotations;
        Member = member;
    }

    internal string Name { get; }

    internal DataViewType Type { get; }

    internal DataViewSchema.Annotations Annotations { get; }

    internal MemberInfo Member { get; }

    /// <summary>Binds every column of a definition, after checking it against the members.</summary>
    internal static MemberColumn<TRow>[] Bind(SchemaDefinition definition) => [.. definition.Select(column =>
    {
        var member = (MemberInfo)typeof(TRow).GetField(column.MemberName) ?? typeof(TRow).GetProperty(column.MemberName)
            ?? throw new ArgumentOutOfRangeException("userSchemaDefinition", $"No field or property with name '{column.MemberName}' found in type '{typeof(TRow)}'");
        var itemType = SchemaDefinition.ItemTypeOf(member, out bool isVector);
        if (column.ColumnType is VectorDataViewType != isVector)
            throw new ArgumentOutOfRangeException("userSchemaDefinition", $"Column '{column.ColumnName}' is supposed to be {(isVector ? "scalar" : "vector")}, but type of associated field '{column.MemberName}' is {(isVector ? "vector" : "scalar")}");
        var wanted = column.ColumnType.ItemTypeOrSelf().RawType;
        if (wanted != itemType.RawType)
            throw new ArgumentOutOfRangeException("userSchemaDefinition", $"Column '{column.ColumnName}' is supposed to have item type {wanted}, but associated field has type {itemType.RawType}");
        var memberType = SchemaDefinition.MemberType(member);
        var (binder, value) = memberType == typeof(string) ? (typeof(TextMember<>), null)
            : memberType.IsArray && memberType.GetElementType() == typeof(string) ? (typeof(TextArrayMember<>), null)
            : memberType.IsArray ? (typeof(ArrayMember<,>), memberType.GetElementType())
            : isVector ? (typeof(BufferMember<,>), memberType.GetGenericArguments()[0])
            : column.ColumnType is KeyDataViewType ? (typeof(KeyMember<,>), memberType)
            : (typeof(ValueMember<,>), memberType);
        Type[] arguments = value is null ? [typeof(TRow)] : [typeof(TRow), value];
        return (MemberColumn<TRow>)Activator.CreateInstance(
            binder.MakeGenericType(arguments), BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Public, null, [column, member], null);
    })];

    internal static DataViewSchema SchemaOf(IEnumerable<MemberColumn<TRow>> columns)
    {
        var builder = new DataViewSchema.Builder();
        foreach (var column in columns)
            builder.AddColumn(column.Name, column.Type, column.Annotations);
        return builder.ToSchema();
    }

    /// <summary>A value getter that reads the member of the current row.</summary>
    internal abstract Delegate MakeGetter(Func<TRow> current);

    /// <summary>An action that writes the row's current value of a column into the member.</summary>
    internal abstract Action<TRow> MakeSetter(DataViewRow row, DataViewSchema.Column column);
}

internal abstract class MemberColumn<TRow, TMember, TValue>(SchemaDefinition.Column definition, MemberInfo member) : MemberColumn<TRow>(definition, member)
{
    internal override Delegate MakeGetter(Func<TRow> current)
    {
        var read = Reader();
        return (ValueGetter<TValue>)((ref TValue value) => ToColumn(read(current()), ref value));
    }

    internal override Action<TRow> MakeSetter(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<TValue>(column);
        var read = Reader();
        var write = Writer();
        var value = default(TValue);
        return target =>
        {
            getter(ref value);
            var old = read is null ? default : read(target);
            write(target, ToMember(in value, old));
        };
    }

    protected abstract void ToColumn(TMember source, ref TValue value);

    protected abstract TMember ToMember(in TValue value, TMember old);

    private Func<TRow, TMember> Reader()
    {
        if (Member is PropertyInfo property && property.GetGetMethod() is null)
            return null;
        var row = Expression.Parameter(typeof(TRow));
        return Expression.Lambda<Func<TRow, TMember>>(Expression.MakeMemberAccess(row, Member), row).Compile();
    }

    private Action<TRow, TMember> Writer()
    {
        if (Member is FieldInfo { IsInitOnly: true } field)
            return (target, value) => field.SetValue(target, value);
        var row = Expression.Parameter(typeof(TRow));
        var value = Expression.Parameter(typeof(TMember));
        return Expression.Lambda<Action<TRow, TMember>>(Expression.Assign(Expression.MakeMemberAccess(row, Member), value), row, value).Compile();
    }
}

internal sealed class ValueMember<TRow, TValue>(SchemaDefinition.Column definition, MemberInfo member)
    : MemberColumn<TRow, TValue, TValue>(definition, member)
{
    protected override void ToColumn(TValue source, ref TValue value) => value = source;

    protected override TValue ToMember(in TValue value, TValue old) => value;
}

/// <summary>A scalar key: the member counts from 0, the column from 1, where 0 is missing. Written back, it is the column's own value.</summary>
internal sealed class KeyMember<TRow, TValue>(SchemaDefinition.Column definition, MemberInfo member)
    : MemberColumn<TRow, TValue, TValue>(definition, member)
    where TValue : System.Numerics.IBinaryInteger<TValue>
{
    private readonly ulong _count = ((KeyDataViewType)definition.ColumnType).Count;

    protected override void ToColumn(TValue source, ref TValue value) => value = ulong.CreateTruncating(source) < _count ? source + TValue.One : TValue.Zero;

    protected override TValue ToMember(in TValue value, TValue old) => value;
}

internal sealed class TextMember<TRow>(SchemaDefinition.Column definition, MemberInfo member)
    : MemberColumn<TRow, string, ReadOnlyMemory<char>>(definition, member)
{
    protected override void ToColumn(string source, ref ReadOnlyMemory<char> value) => value = source.AsMemory();

    protected override string ToMember(in ReadOnlyMemory<char> value, string old) => value.ToString();
}

internal sealed class BufferMember<TRow, TItem>(SchemaDefinition.Column definition, MemberInfo member)
    : MemberColumn<TRow, VBuffer<TItem>, VBuffer<TItem>>(definition, member)
{
    protected override void ToColumn(VBuffer<TItem> source, ref VBuffer<TItem> value) => source.CopyTo(ref value);

    protected override VBuffer<TItem> ToMember(in VBuffer<TItem> value, VBuffer<TItem> old)
    {
        value.CopyTo(ref old);
        return old;
    }
}

internal sealed class ArrayMember<TRow, TItem>(SchemaDefinition.Column definition, MemberInfo member)
    : MemberColumn<TRow, TItem[], VBuffer<TItem>>(definition, member)
{
    protected override void ToColumn(TItem[] source, ref VBuffer<TItem> value) => VBuffer<TItem>.Copy(source, 0, ref value, source?.Length ?? 0);

    protected override TItem[] ToMember(in VBuffer<TItem> value, TItem[] old)
    {
        if ((old?.Length ?? 0) != value.Length)
            old = new TItem[value.Length];
        if (old is not null)
            value.CopyTo(old);
        return old;
    }
}

internal sealed class TextArrayMember<TRow>(SchemaDefinition.Column definition, MemberInfo member)
    : MemberColumn<TRow, string[], VBuffer<ReadOnlyMemory<char>>>(definition, member)
{
    protected override void ToColumn(string[] source, ref VBuffer<ReadOnlyMemory<char>> value)
    {
        var editor = VBufferEditor.Create(ref value, source?.Length ?? 0);
        for (int i = 0; i < editor.Values.Length; i++)
            editor.Values[i] = source[i].AsMemory();
        value = editor.Commit();
    }

    protected override string[] ToMember(in VBuffer<ReadOnlyMemory<char>> value, string[] old) =>
        value.Length == 0 && old is null ? null : [.. value.DenseValues().Select(text => text.ToString())];
}
