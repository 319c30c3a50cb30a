using Microsoft.ML.Data;

namespace Microsoft.ML.StateSpace.Data;

/// <summary>
/// Finds columns and describes what is wrong with them. As in ML.NET, a missing column or one of the wrong type is an
/// <see cref="ArgumentOutOfRangeException"/>.
/// </summary>
internal static class ColumnCheck
{
    /// <summary>What has the columns, unless it has a name of its own in messages.</summary>
    public const string TheData = "the data";

    public static DataViewSchema.Column Find(DataViewSchema schema, string name, string where = TheData)
        => schema.GetColumnOrNull(name) ?? throw Missing(name, schema.Select(c => c.Name), where);

    public static SchemaShape.Column Find(SchemaShape shape, string name)
    {
        ArgumentNullException.ThrowIfNull(shape);
        foreach (var column in shape)
        {
            if (column.Name == name)
                return column;
        }
        throw Missing(name, shape.Select(c => c.Name), TheData);
    }

    public static ArgumentOutOfRangeException WrongType(string name, string actual, string expected, string remedy = "")
        => new(null, $"Column '{name}' must be {expected}, but is {actual}.{(remedy.Length > 0 ? " " + remedy : "")}");

    /// <summary>How the values of a vector become Single. Empty if ML.NET has no conversion.</summary>
    public static string MakeSingle(string name, DataViewType item, bool isKey = false)
        => isKey || !Converts(item) ? ""
            : $"Make its values Single with mlContext.Transforms.Conversion.ConvertType(\"{name}\", outputKind: DataKind.Single).";

    /// <summary>How scalar columns become a vector of Single.</summary>
    public static string MakeVector(string name, DataViewType item)
        => $"Gather the values of a sequence in one vector with mlContext.Transforms.Concatenate(\"{name}\", ...)"
            + (item.Equals(NumberDataViewType.Single) || !Converts(item) ? "." : ", of columns that ConvertType has made Single.");

    /// <summary>How text becomes a vector of tokens.</summary>
    public static string MakeTokens(string name, bool isVector)
        => isVector ? $"Make its texts tokens with mlContext.Transforms.Conversion.MapValueToKey(\"{name}\")."
            : $"Make it tokens with mlContext.Transforms.Text.TokenizeIntoCharactersAsKeys(\"{name}\", \"{name}\"), or with "
                + "TokenizeIntoWords and then MapValueToKey.";

    private static bool Converts(DataViewType item) => item is NumberDataViewType or BooleanDataViewType;

    public static string Describe(SchemaShape.Column column)
    {
        string item = column.IsKey ? $"Key<{column.ItemType}>" : column.ItemType.ToString()!;
        return column.Kind switch
        {
            SchemaShape.Column.VectorKind.Scalar => item,
            SchemaShape.Column.VectorKind.Vector => $"Vector<{item}>",
            _ => $"VarVector<{item}>",
        };
    }

    /// <summary>Adds columns to a shape. A new column replaces an old one of the same name.</summary>
    public static SchemaShape With(this SchemaShape shape, params SchemaShape.Column[] added)
    {
        var columns = shape.ToDictionary(c => c.Name);
        foreach (var column in added)
            columns[column.Name] = column;
        return new SchemaShape(columns.Values);
    }

    private static ArgumentOutOfRangeException Missing(string name, IEnumerable<string> names, string where)
        => new(
            null,
            $"There is no column '{name}' in {where}; there are '{string.Join("', '", names.Distinct())}'. Name the right column, "
            + "or make this one with a step before.");
}
