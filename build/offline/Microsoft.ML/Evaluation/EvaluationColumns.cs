// Stands for the checks of columns in Microsoft.ML.Data.EvaluatorBase, with the original's messages.
namespace Microsoft.ML.Data;

/// <summary>Finds the columns of an evaluation by name, checks their types, and reads them.</summary>
internal static class EvaluationColumns
{
    internal static void CheckNames(IDataView data, params ReadOnlySpan<(string Value, string Parameter)> names)
    {
        ArgumentNullException.ThrowIfNull(data);
        foreach (var (value, parameter) in names)
        {
            if (string.IsNullOrEmpty(value))
                throw new ArgumentOutOfRangeException(parameter, $"{parameter} cannot be null or empty");
        }
    }

    // The message names the column before the role, as the original does.
    internal static DataViewSchema.Column Find(DataViewSchema schema, string name, string role) =>
        schema.GetColumnOrNull(name) ?? throw new ArgumentOutOfRangeException(nameof(schema), $"{name} column '{role}' not found");

    internal static void CheckType(DataViewSchema.Column column, bool fits, string role, string expected)
    {
        if (!fits)
            throw new ArgumentOutOfRangeException("schema", $"Schema mismatch for {role} column '{column.Name}': expected {expected}, got {column.Type}");
    }

    /// <summary>The value of a label as a number: a key is its index from zero, NaN if missing; a Boolean is 0 or 1.</summary>
    internal static Func<float> LabelReader(DataViewRow row, DataViewSchema.Column column)
    {
        return column.Type.RawType == typeof(float) ? Read<float>(x => x)
            : column.Type.RawType == typeof(double) ? Read<double>(x => (float)x)
            : column.Type.RawType == typeof(bool) ? Read<bool>(x => x ? 1 : 0)
            : column.Type.RawType == typeof(byte) ? Read<byte>(x => Index(x))
            : column.Type.RawType == typeof(ushort) ? Read<ushort>(x => Index(x))
            : column.Type.RawType == typeof(uint) ? Read<uint>(x => Index(x))
            : Read<ulong>(Index);

        static float Index(ulong key) => key == 0 ? float.NaN : key - 1;
        Func<float> Read<T>(Func<T, float> convert)
        {
            var getter = row.GetGetter<T>(column);
            return () =>
            {
                T value = default;
                getter(ref value);
                return convert(value);
            };
        }
    }
}
