using Microsoft.ML.Data;

namespace Microsoft.ML.StateSpace.Onnx.Tests.Face;

/// <summary>The columns that a step adds, a row each, as numbers.</summary>
internal static class FaceAnswers
{
    public static float[][] Read(IDataView answers, string column) => answers.Schema[column].Type switch
    {
        VectorDataViewType { ItemType: KeyDataViewType } =>
            [.. answers.GetColumn<uint[]>(column).Select(keys => Array.ConvertAll(keys, key => (float)key))],
        VectorDataViewType => [.. answers.GetColumn<float[]>(column)],
        KeyDataViewType => [.. answers.GetColumn<uint>(column).Select(key => new[] { (float)key })],
        BooleanDataViewType => [.. answers.GetColumn<bool>(column).Select(yes => new[] { yes ? 1f : 0f })],
        _ => [.. answers.GetColumn<float>(column).Select(value => new[] { value })],
    };
}
