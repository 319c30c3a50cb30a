using Microsoft.ML.Model.OnnxConverter;

namespace Microsoft.ML.StateSpace.Interop;

/// <summary>
/// What a step makes of data. ML.NET's converter (ConvertToOnnx) goes through it on its way back through a pipeline, and asks it for what
/// it stands for: see README.md in this folder.
/// </summary>
/// <param name="source">The data.</param>
internal abstract class PipelineView(IDataView source) : ITransformCanSaveOnnx
{
    public abstract DataViewSchema Schema { get; }

    public abstract bool CanShuffle { get; }

    /// <summary>The data that go in.</summary>
    public IDataView Source => source;

    public abstract long? GetRowCount();

    public abstract DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null);

    public abstract DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null);

    // A step that said no would be left out of the model, with all before it, and nobody would notice.
    bool ICanSaveOnnx.CanSaveOnnx(OnnxContext ctx) => true;

    void ISaveAsOnnx.SaveAsOnnx(OnnxContext ctx) => AddTo(new OnnxPipeline(ctx));

    /// <summary>Steps are saved by their transformers; ML.NET never asks a view.</summary>
    void ICanSaveModel.Save(ModelSaveContext ctx) => throw new NotSupportedException("A view of data is not saved; its transformer is.");

    /// <summary>Adds the step to the ONNX model of its pipeline, or throws what stands against it.</summary>
    internal abstract void AddTo(OnnxPipeline pipeline);
}
