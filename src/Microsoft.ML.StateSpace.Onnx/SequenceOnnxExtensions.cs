using Microsoft.ML.StateSpace.ModelFiles;
using Microsoft.ML.StateSpace.Onnx.Models;

namespace Microsoft.ML.StateSpace;

/// <summary>Writes the model of a fitted step as an ONNX file, which ONNX Runtime and other programs score without .NET.</summary>
/// <remarks>
/// <para>
/// The model stands alone: it takes and answers what this step does, and nothing of the steps before and behind it. For a whole pipeline
/// there is <c>mlContext.Model.ConvertToOnnx</c> of the package Microsoft.ML.OnnxConverter, which finds this package by itself.
/// </para>
/// <para>
/// Inputs of whole sequences (<see cref="OnnxForm.Sequences"/>):
/// </para>
/// <list type="table">
/// <item><term>features</term><description>
/// (batch, length, channels), float: the values of the time steps. What stands behind the length of a sequence changes nothing.
/// </description></item>
/// <item><term>tokens</term><description>
/// (batch, length), int64, in the place of features: the raw values of the keys, which count from 1; 0 is a missing token.
/// </description></item>
/// <item><term>lengths</term><description>(batch), int64: the time steps of each sequence.</description></item>
/// <item><term>intervals</term><description>
/// (batch, length), float, where the model was trained with intervals: the time since the step before.
/// </description></item>
/// <item><term>second_features, second_tokens, second_lengths</term><description>The second sequences of pairs.</description></item>
/// <item><term>measured</term><description>
/// (batch, any number, outputs), float, where the model was trained with InitialOutputs: what was measured at the first time steps, NaN
/// where it is not known.
/// </description></item>
/// </list>
/// <para>
/// Outputs, for each sequence (batch, ...), or where each time step has an answer (batch, length, ...):
/// </para>
/// <list type="table">
/// <item><term>score</term><description>
/// (..., outputs), float: values in the unit of the targets, or class probabilities; of a binary classifier (batch), the logarithm of the
/// odds.
/// </description></item>
/// <item><term>probability</term><description>(batch), float, of a binary classifier: the probability of yes.</description></item>
/// <item><term>predicted_label</term><description>
/// (...), int64, of classifiers and taggers: the place of the likeliest class, from 0, and -1 where it is not known; of a binary
/// classifier 1 for yes, 0 for no.
/// </description></item>
/// </list>
/// <para>
/// One time step (<see cref="OnnxForm.Step"/>) has the same inputs and outputs without the length, and in the place of <c>lengths</c> the
/// input <c>state</c>, (batch, size), float, all zeros before the first step of a sequence; the output <c>next_state</c>, of the same
/// shape, is the state of the next step.
/// </para>
/// <para>
/// Texts stored with the model: <c>task</c>; <c>columns</c>, a JSON object from inputs and outputs to the columns of the pipeline;
/// <c>classes</c>, a JSON array of the names of the classes; <c>state_size</c> of a step. Operators are those of ONNX's set 17, which ONNX
/// Runtime reads since 1.12, and all numbers are floats of 32 bits.
/// </para>
/// </remarks>
public static class SequenceOnnxExtensions
{
    /// <summary>
    /// Writes the model of this step as an ONNX file. The file is written whole or not at all: where that fails, an older file of this name
    /// stays as it was.
    /// </summary>
    /// <param name="transformer">The fitted step.</param>
    /// <param name="path">The file, <c>.onnx</c> by custom. Its folder is made where there is none.</param>
    /// <param name="options">How it is exported. Default: <see langword="null"/>, whole sequences.</param>
    /// <exception cref="InvalidOperationException">
    /// The model has no step: it is bidirectional, or answers pairs of sequences. Export whole sequences.
    /// </exception>
    /// <exception cref="NotSupportedException">The model has a part that ONNX cannot hold; the message names it.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <example>
    /// <code>
    /// var step = ((IEnumerable&lt;ITransformer&gt;)model).OfType&lt;SequenceTransformer&gt;().Single();
    /// step.SaveAsOnnx("model.onnx");
    /// step.SaveAsOnnx("step.onnx", new OnnxExportOptions { Form = OnnxForm.Step });
    /// </code>
    /// </example>
    public static void SaveAsOnnx(this SequenceTransformer transformer, string path, OnnxExportOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var model = TransformerExport.Create(transformer, options).ToMemory();
        AtomicFile.Write(path, stream => stream.Write(model.Span));
    }

    /// <summary>Writes the model of this step to a stream, as an ONNX file.</summary>
    /// <param name="transformer">The fitted step.</param>
    /// <param name="stream">Where it is written. The stream stays open.</param>
    /// <param name="options">How it is exported. Default: <see langword="null"/>, whole sequences.</param>
    /// <exception cref="InvalidOperationException">
    /// The model has no step: it is bidirectional, or answers pairs of sequences. Export whole sequences.
    /// </exception>
    /// <exception cref="NotSupportedException">The model has a part that ONNX cannot hold; the message names it.</exception>
    public static void SaveAsOnnx(this SequenceTransformer transformer, Stream stream, OnnxExportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        stream.Write(TransformerExport.Create(transformer, options).ToMemory().Span);
    }
}
