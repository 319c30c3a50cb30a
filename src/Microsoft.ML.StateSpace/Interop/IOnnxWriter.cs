using Microsoft.ML.StateSpace.Forecasting;
using Microsoft.ML.StateSpace.Scoring;

namespace Microsoft.ML.StateSpace.Interop;

/// <summary>Writes a step into the ONNX model of a pipeline. The optional package Microsoft.ML.StateSpace.Onnx has it.</summary>
internal interface IOnnxWriter
{
    /// <param name="transformer">The step.</param>
    /// <param name="outputs">The columns that it adds.</param>
    /// <param name="pipeline">The model.</param>
    void Write(SequenceTransformer transformer, IReadOnlyList<OutputColumn> outputs, OnnxPipeline pipeline);

    /// <param name="mapper">A forecaster of rows that hold a whole history each.</param>
    /// <param name="pipeline">The model.</param>
    void Write(HistoryMapper mapper, OnnxPipeline pipeline);
}
