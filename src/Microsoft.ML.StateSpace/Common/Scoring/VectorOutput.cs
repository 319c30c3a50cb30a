using Microsoft.ML.Data;

namespace Microsoft.ML.StateSpace.Scoring;

/// <summary>Returns the model's whole answer as a vector.</summary>
internal static class VectorOutput
{
    public static ValueGetter<VBuffer<float>> Of(ScoresOfRow scores) => (ref VBuffer<float> destination) =>
    {
        var answer = scores();
        var editor = VBufferEditor.Create(ref destination, answer.Length);
        answer.CopyTo(editor.Values);
        destination = editor.Commit();
    };
}
