using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Tests.Testing;

namespace Microsoft.ML.StateSpace.Tests.Messages;

/// <summary>What the users of the tables do.</summary>
internal static class Doing
{
    public static readonly MLContext Ml = new(seed: 1);

    public static TransformsCatalog Steps => Ml.Transforms;

    public static TransformsCatalog.ConversionTransforms Conversion => Ml.Transforms.Conversion;

    public static DimensionedRow[] TwoChannels => Samples.Dimensioned();

    public static SequenceClassificationEstimator Classifier(
        Func<SequenceClassificationOptions, SequenceClassificationOptions>? with = null)
        => Ml.MulticlassClassification.Trainers.StateSpace((with ?? (options => options))(Views.Options()));

    public static BinarySequenceClassificationEstimator Binary(string label = "Label")
        => Ml.BinaryClassification.Trainers.StateSpace(
            new BinarySequenceClassificationOptions { LabelColumnName = label, Architecture = Samples.Small, Training = Samples.Quick });

    public static SequenceToSequenceEstimator Series(Func<SequenceToSequenceOptions, SequenceToSequenceOptions>? with = null)
        => Steps.StateSpace.SequenceToSequence(
            (with ?? (options => options))(new() { Architecture = Samples.Small, Training = Samples.Quick }));

    public static IDataView View<TRow>(IEnumerable<TRow> rows, string? column = null, DataViewType? type = null)
        where TRow : class
    {
        var schema = SchemaDefinition.Create(typeof(TRow));
        if (column is not null)
            schema[column].ColumnType = type;
        return Ml.Data.LoadFromEnumerable(rows, schema);
    }

    /// <summary>The rows with the keys of the column Name as the column Label.</summary>
    public static IDataView Keyed<TRow>(IEnumerable<TRow> rows, string? column = null, DataViewType? type = null)
        where TRow : class
    {
        var view = View(rows, column, type);
        return Conversion.MapValueToKey("Label", "Name").Fit(view).Transform(view);
    }

    public static DataViewType Vector(DataViewType item, params int[] dimensions)
        => new VectorDataViewType((PrimitiveDataViewType)item, dimensions);

    /// <summary>Fits, and scores the same rows, since much happens only then.</summary>
    public static ITransformer Fit(IEstimator<ITransformer> pipeline, IDataView data)
    {
        var model = pipeline.Fit(data);
        Score(model, data);
        return model;
    }

    public static ITransformer Fit<TLast>(EstimatorChain<TLast> pipeline, IDataView data)
        where TLast : class, ITransformer
        => Fit((IEstimator<ITransformer>)pipeline, data);

    public static void Score(ITransformer model, IDataView data)
    {
        var scored = model.Transform(data);
        string column = scored.Schema.GetColumnOrNull("Score") is null ? "Output" : "Score";
        using var cursor = scored.GetRowCursor([scored.Schema[column]]);
        var read = Cells.Reader(cursor, scored.Schema[column]);
        while (cursor.MoveNext())
            read();
    }
}
