using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Data;

namespace Microsoft.ML.StateSpace.Tables;

/// <summary>The names of the columns that became the channels of sequences, as annotations of the sequences.</summary>
internal static class ChannelNames
{
    /// <summary>
    /// Adds the names of the channels, and where the length is known, those of all slots, such as <c>pressure[3]</c> for the fourth step.
    /// </summary>
    public static void Add(DataViewSchema.Annotations.Builder annotations, DataViewSchema.Column[] columns, int length)
    {
        string[] names = [.. columns.SelectMany(Names)];
        Add(annotations, AnnotationKinds.ChannelNames, names.Length, i => names[i]);
        if (length > 0)
            Add(annotations, AnnotationKinds.SlotNames, length * names.Length, i => $"{names[i % names.Length]}[{i / names.Length}]");
    }

    private static void Add(DataViewSchema.Annotations.Builder annotations, string kind, int count, Func<int, string> name)
        => annotations.Add(
            kind, new VectorDataViewType(TextDataViewType.Instance, count),
            (ref VBuffer<ReadOnlyMemory<char>> destination) =>
            {
                var editor = VBufferEditor.Create(ref destination, count);
                for (int i = 0; i < count; i++)
                    editor.Values[i] = name(i).AsMemory();
                destination = editor.Commit();
            });

    /// <summary>The name of each value of a column; a vector's slots have those of its own annotation, where it has one.</summary>
    public static IEnumerable<string> Names(DataViewSchema.Column column)
    {
        if (column.Type is not VectorDataViewType { Size: var size })
            return [column.Name];
        VBuffer<ReadOnlyMemory<char>> slots = default;
        if (column.Annotations.Schema.GetColumnOrNull(AnnotationKinds.SlotNames)
            is { Type: VectorDataViewType { ItemType: TextDataViewType } })
            column.Annotations.GetValue(AnnotationKinds.SlotNames, ref slots);
        return slots.Length == size ? slots.DenseValues().Select(name => $"{column.Name}.{name}")
            : Enumerable.Range(0, size).Select(i => $"{column.Name}.{i}");
    }
}
