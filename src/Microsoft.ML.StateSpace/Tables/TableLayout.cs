using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Data;
using Microsoft.ML.StateSpace.Interop;

namespace Microsoft.ML.StateSpace.Tables;

/// <summary>The columns of a table of which sequences are made, and the schema of the sequences.</summary>
internal sealed class TableLayout
{
    /// <param name="table">The columns of the table.</param>
    /// <param name="options">The options, which have been validated.</param>
    /// <param name="needsLabels">Whether the columns of labels must be there. Rows to be predicted may lack them.</param>
    public TableLayout(DataViewSchema table, TableOptions options, bool needsLabels)
    {
        Options = options;
        Table = table;
        bool hasLabels = options.LabelColumnNames.Count > 0
            && (needsLabels || options.LabelColumnNames.All(name => table.GetColumnOrNull(name) is not null));
        TableShape.Check(Friend.ShapeOf(table), options, hasLabels);
        Group = Find(options.GroupColumnName);
        Order = Find(options.Ordering);
        Time = Find(options.TimeColumnName);
        Features = [.. options.FeatureColumnNames.Select(name => table[name])];
        Labels = hasLabels ? [.. options.LabelColumnNames.Select(name => table[name])] : [];
        Framing = options.Framing(hasLabels);
        CheckSize(Features);
        CheckSize(Labels);
        var builder = new DataViewSchema.Builder();
        if (Group is { } group)
            builder.AddColumn(group.Name, group.Type, group.Annotations);
        AddFeatures(builder);
        if (hasLabels)
            AddLabels(builder);
        if (Time is not null)
            builder.AddColumn(options.IntervalOutputColumnName, new VectorDataViewType(NumberDataViewType.Single, options.KnownLength));
        builder.AddColumn(options.FirstRowColumnName, NumberDataViewType.Int64);
        builder.AddColumn(options.LastRowColumnName, NumberDataViewType.Int64);
        Schema = builder.ToSchema();
    }

    public TableOptions Options { get; }

    public DataViewSchema Table { get; }

    public DataViewSchema.Column? Group { get; }

    public DataViewSchema.Column? Order { get; }

    public DataViewSchema.Column? Time { get; }

    public DataViewSchema.Column[] Features { get; }

    /// <summary>The columns of labels. There are none where rows to be predicted lack them.</summary>
    public DataViewSchema.Column[] Labels { get; }

    public Framing Framing { get; }

    /// <summary>The columns of the sequences.</summary>
    public DataViewSchema Schema { get; }

    /// <summary>Whether the label of a group is one value that all of its rows must have.</summary>
    public bool HasConstantLabel => Labels.Length > 0 && Framing.IsWhole && Options.Target == TableTarget.Sequence;

    /// <summary>Whether columns keep the type of their values, as keys and text do.</summary>
    public static bool KeepsType(DataViewSchema.Column[] columns, bool everyStep)
        => columns is [{ Type: not VectorDataViewType } only]
            && (!everyStep || only.Type is not (NumberDataViewType or BooleanDataViewType));

    private DataViewSchema.Column? Find(string? name) => name is null ? null : Table[name];

    private void AddFeatures(DataViewSchema.Builder builder)
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        int width = NumberSteps.WidthOf(Features), length = Options.KnownLength;
        if (Features is [{ Type: KeyDataViewType key } tokens])
        {
            annotations.Add(tokens.Annotations, name => name == AnnotationKinds.KeyValues);
            builder.AddColumn(Options.FeatureOutputColumnName, new VectorDataViewType(key, length), annotations.ToAnnotations());
            return;
        }
        ChannelNames.Add(annotations, Features, length);
        builder.AddColumn(Options.FeatureOutputColumnName, VectorOf(length, width), annotations.ToAnnotations());
    }

    private void AddLabels(DataViewSchema.Builder builder)
    {
        string name = Options.LabelOutputColumnName;
        bool everyStep = Options.Target == TableTarget.EveryStep;
        int width = NumberSteps.WidthOf(Labels);
        if (!KeepsType(Labels, everyStep))
        {
            builder.AddColumn(
                name, everyStep ? VectorOf(Options.KnownLength, width) : new VectorDataViewType(NumberDataViewType.Single, width));
            return;
        }
        var only = Labels[0];
        if (everyStep)
        {
            var annotations = new DataViewSchema.Annotations.Builder();
            annotations.Add(only.Annotations, kind => kind == AnnotationKinds.KeyValues);
            builder.AddColumn(
                name, new VectorDataViewType((PrimitiveDataViewType)only.Type, Options.KnownLength), annotations.ToAnnotations());
        }
        else
            builder.AddColumn(name, only.Type, only.Annotations);
    }

    /// <summary>Vectors of (length, width), or of (length) for a single channel. A length of 0 varies.</summary>
    private static VectorDataViewType VectorOf(int length, int width)
        => width == 1 ? new(NumberDataViewType.Single, length) : new(NumberDataViewType.Single, length, width);

    private void CheckSize(DataViewSchema.Column[] columns)
    {
        long width = columns.Sum(column => (long)NumberSteps.WidthOf(column));
        if (!Framing.IsWhole && width * Framing.Length > Array.MaxLength)
            throw new InvalidOperationException(
                $"A window of {Framing.Length} rows of {width} values is more than a vector holds. Set Length to a smaller number.");
    }
}
