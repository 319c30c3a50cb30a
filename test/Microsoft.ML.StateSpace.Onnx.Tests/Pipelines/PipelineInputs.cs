using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Microsoft.ML.StateSpace.Onnx.Tests.Pipelines;

/// <summary>One row of data as the inputs of a converted pipeline, by the types of its columns.</summary>
internal static class PipelineInputs
{
    public static Dictionary<string, OrtValue> Of(InferenceSession session, IDataView rows, int row)
        => session.InputMetadata.ToDictionary(input => input.Key, input => Value(rows, input.Key, row, input.Value.Dimensions.Length));

    /// <summary>A tensor of whatever numbers.</summary>
    public static float[] Numbers(OrtValue value) => value.GetTensorTypeAndShape().ElementDataType switch
    {
        TensorElementType.UInt32 => Array.ConvertAll(value.GetTensorDataAsSpan<uint>().ToArray(), key => (float)key),
        TensorElementType.Bool => Array.ConvertAll(value.GetTensorDataAsSpan<bool>().ToArray(), yes => yes ? 1f : 0f),
        _ => value.GetTensorDataAsSpan<float>().ToArray(),
    };

    private static OrtValue Value(IDataView rows, string column, int row, int rank) => rows.Schema[column].Type switch
    {
        VectorDataViewType { ItemType: KeyDataViewType } => Tensor(At<uint[]>(rows, column, row), rank, rows.Schema[column].Type),
        VectorDataViewType { ItemType: TextDataViewType } => Text(At<string[]>(rows, column, row)),
        VectorDataViewType => Tensor(At<float[]>(rows, column, row), rank, rows.Schema[column].Type),
        KeyDataViewType => Tensor([At<uint>(rows, column, row)], rank, rows.Schema[column].Type),
        BooleanDataViewType => Tensor([At<bool>(rows, column, row)], rank, rows.Schema[column].Type),
        NumberDataViewType { RawType: var raw } when raw == typeof(long)
            => Tensor([At<long>(rows, column, row)], rank, rows.Schema[column].Type),
        TextDataViewType => Text([At<string>(rows, column, row)]),
        _ => Tensor([At<float>(rows, column, row)], rank, rows.Schema[column].Type),
    };

    private static T At<T>(IDataView rows, string column, int row) => rows.GetColumn<T>(column).ElementAt(row);

    private static OrtValue Tensor<T>(T[] values, int rank, DataViewType type)
        where T : unmanaged
    {
        long[] shape = rank > 2 ? [1, .. ((VectorDataViewType)type).Dimensions.Select(extent => (long)extent)] : [1, values.Length];
        return OrtValue.CreateTensorValueFromMemory(values, shape);
    }

    private static OrtValue Text(string[] texts) => OrtValue.CreateFromStringTensor(new DenseTensor<string>(texts, [1, texts.Length]));
}
