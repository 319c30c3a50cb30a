using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.StateSpace.Data;

/// <inheritdoc/>
internal sealed class LabelValues<T>(PrimitiveDataViewType itemType, T[] values) : LabelValues(itemType)
{
    public override string[] Texts { get; } =
        [.. values.Select(v => Convert.ToString(v is IFormattable or bool ? v : v!.ToString(), CultureInfo.InvariantCulture)!)];

    public override void AddTo(DataViewSchema.Annotations.Builder annotations, string kind)
        => annotations.Add(
            kind, new VectorDataViewType(ItemType, values.Length),
            (ref VBuffer<T> destination) => VBuffer<T>.Copy(values, 0, ref destination, values.Length));
}
