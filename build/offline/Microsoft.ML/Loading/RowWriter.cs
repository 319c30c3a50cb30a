// Stands for Microsoft.ML.Data.TypedCursorable (internal there too): fills objects of a class from rows.
namespace Microsoft.ML.Data;

internal sealed class RowWriter<TRow>
    where TRow : class
{
    private readonly (MemberColumn<TRow> Member, DataViewSchema.Column Column)[] _bindings;

    internal RowWriter(DataViewSchema schema, bool ignoreMissingColumns, SchemaDefinition definition)
    {
        definition ??= SchemaDefinition.Create(typeof(TRow), SchemaDefinition.Direction.Write);
        var bindings = new List<(MemberColumn<TRow>, DataViewSchema.Column)>();
        foreach (var member in MemberColumn<TRow>.Bind(definition))
        {
            if (schema.GetColumnOrNull(member.Name) is not { } column)
            {
                if (!ignoreMissingColumns)
                    throw new ArgumentOutOfRangeException("Schema", $"Could not find  column '{member.Name}'");
                continue;
            }
            var itemType = SchemaDefinition.ItemTypeOf(member.Member, out bool isVector);
            if (column.Type is VectorDataViewType != isVector || column.Type.ItemTypeOrSelf().RawType != itemType.RawType)
                throw new InvalidOperationException($"Can't bind the IDataView column '{column.Name}' of type '{column.Type}' to field or property '{member.Member.Name}' of type '{SchemaDefinition.MemberType(member.Member)}'.");
            bindings.Add((member, column));
        }
        _bindings = [.. bindings];
    }

    internal IEnumerable<DataViewSchema.Column> Columns => _bindings.Select(b => b.Column);

    /// <summary>An action that copies the row's current values into an object.</summary>
    internal Action<TRow> MakeFiller(DataViewRow row)
    {
        var setters = Array.ConvertAll(_bindings, b => b.Member.MakeSetter(row, b.Column));
        return target =>
        {
            foreach (var set in setters)
                set(target);
        };
    }
}
