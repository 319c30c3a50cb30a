using Microsoft.ML.Data;

namespace Microsoft.ML.StateSpace.Data;

/// <summary>Says how a vector column is read as a sequence: as real channels, or as tokens.</summary>
/// <param name="Name">The column.</param>
/// <param name="Channels">Number of values in a time step.</param>
/// <param name="Vocabulary">Number of distinct tokens, including the missing one (0). It is 0 for real channels.</param>
/// <param name="Option">The number of values in a time step as the user gave it, or <see langword="null"/>.</param>
internal sealed record SequenceColumn(string Name, int Channels, int Vocabulary, int? Option)
{
    /// <summary>Time steps for which the first one is held before every sequence.</summary>
    public int WarmUp { get; init; }

    /// <summary>The column with the second sequence of each pair, or <see langword="null"/> where rows hold single sequences.</summary>
    public string? SecondName { get; init; }

    /// <summary>The second sequence of a pair, as a column by itself.</summary>
    public SequenceColumn? Second => SecondName is null ? null : this with { Name = SecondName, SecondName = null };

    /// <summary>The column with the time intervals, or <see langword="null"/> if time steps are equally far apart.</summary>
    public string? IntervalColumnName { get; init; }

    /// <summary>Tokens are passed on as <see cref="float"/>, which represents integers exactly up to this number.</summary>
    private const ulong LargestVocabulary = 1 << 24;

    private const string Expected = "a vector of Single (real channels) or of keys (tokens)";

    /// <summary>
    /// Derives from the type of a column how it is read. If the column has several dimensions, the last one is the channels, and all before
    /// it are time.
    /// </summary>
    /// <param name="column">The column.</param>
    /// <param name="channels">The user's option. <see langword="null"/> means that the dimensions decide.</param>
    /// <param name="option">The name of the option, for messages. <see langword="null"/> where the user has none.</param>
    public static SequenceColumn Of(DataViewSchema.Column column, int? channels, string? option)
    {
        if (channels < 1)
            throw new ArgumentOutOfRangeException(option, channels, $"{option} must be at least 1.");
        if (column.Type is not VectorDataViewType vector)
            throw ColumnCheck.WrongType(column.Name, $"{column.Type}", Expected, Remedy(column.Name, column.Type, isVector: false));
        if (vector.ItemType is KeyDataViewType key)
        {
            if (channels is > 1)
                throw new InvalidOperationException(
                    $"Column '{column.Name}' holds tokens, one a time step, but {option} is {channels}. Leave {option} unset.");
            if (key.Count >= LargestVocabulary)
                throw new InvalidOperationException(
                    $"Column '{column.Name}' has {key.Count} distinct tokens; at most {LargestVocabulary - 1} are supported. "
                    + "Map rare tokens to one.");
            return new(column.Name, 1, (int)key.Count + 1, channels);
        }
        if (!vector.ItemType.Equals(NumberDataViewType.Single))
            throw ColumnCheck.WrongType(column.Name, $"{column.Type}", Expected, Remedy(column.Name, vector.ItemType, isVector: true));
        int last = vector.Dimensions.Length > 1 ? vector.Dimensions[^1] : 1;
        if (last == 0 && channels is null)
            throw new InvalidOperationException(
                $"The last dimension of column '{column.Name}', {column.Type}, is its channels and must be known. Give the vector the "
                + $"dimensions (0, channels){(option is null ? "" : $", or set {option}")}.");
        int resolved = channels ?? last;
        if (vector.Size % resolved != 0)
            throw new InvalidOperationException(
                $"Column '{column.Name}' has {vector.Size} values, which do not divide into time steps of {resolved}. "
                + (option is null ? "Give it whole time steps." : $"Set {option} to the number of values a time step."));
        return new(column.Name, resolved, 0, channels);
    }

    /// <summary>Checks what can be known about the column before there is data.</summary>
    public static SchemaShape.Column Check(SchemaShape shape, string name)
    {
        var column = ColumnCheck.Find(shape, name);
        bool isVector = column.Kind != SchemaShape.Column.VectorKind.Scalar;
        if (!isVector || (!column.IsKey && !column.ItemType.Equals(NumberDataViewType.Single)))
            throw ColumnCheck.WrongType(name, ColumnCheck.Describe(column), Expected, Remedy(name, column.ItemType, isVector));
        return column;
    }

    // Text becomes tokens; whatever else it is, its values become Single, and scalars a vector.
    private static string Remedy(string name, DataViewType item, bool isVector)
        => item is TextDataViewType ? ColumnCheck.MakeTokens(name, isVector)
            : isVector ? ColumnCheck.MakeSingle(name, item)
            : ColumnCheck.MakeVector(name, item);

    /// <summary>
    /// Finds the column in a schema, and requires that it is what the model was trained on. Only the length may differ. A vector without
    /// dimensions is read as time steps of as many channels as the model was trained on.
    /// </summary>
    /// <param name="schema">The columns.</param>
    /// <param name="where">What has these columns, for messages.</param>
    public DataViewSchema.Column In(DataViewSchema schema, string where = ColumnCheck.TheData)
    {
        ArgumentNullException.ThrowIfNull(schema);
        var column = ColumnCheck.Find(schema, Name, where);
        var found = Read(column);
        if (found.Channels != Channels || found.Vocabulary != Vocabulary)
            throw new InvalidOperationException(
                $"The training rows have {Describe()} in column '{Name}', but there it is {column.Type} in {where}, and so holds "
                + $"{found.Describe()}. Give it the type it had in training.");
        _ = IntervalColumn.In(schema, this);
        _ = Second?.In(schema, where);
        return column;
    }

    /// <summary>Requires of training rows with pairs that both sequences are of one kind.</summary>
    public void CheckSecond(DataViewSchema schema)
    {
        if (SecondName is null)
            return;
        var second = Read(ColumnCheck.Find(schema, SecondName));
        if (second.Channels != Channels || second.Vocabulary != Vocabulary)
            throw new InvalidOperationException(
                $"One network reads both sequences of a pair, so columns '{Name}' and '{SecondName}' must be of one kind; but the "
                + $"first holds {Describe()}, and the second {second.Describe()}. Give both the same type; tokens of two texts become keys "
                + "of one vocabulary where one MapValueToKey is fitted to the tokens of both.");
    }

    // How another column is read where nothing but its own type and what is known of this one tell.
    private SequenceColumn Read(DataViewSchema.Column column)
        => Of(column, Option ?? (Vocabulary == 0 && IsFlat(column.Type) ? Channels : null), option: null);

    // Whether the dimensions do not tell the channels.
    private static bool IsFlat(DataViewType type)
        => type is VectorDataViewType { ItemType: not KeyDataViewType } vector
            && (vector.Dimensions.Length == 1 || vector.Dimensions[^1] == 0);

    private string Describe()
        => Vocabulary > 0
            ? $"tokens of a vocabulary of {Vocabulary - 1}"
            : $"time steps of {Channels} real {(Channels == 1 ? "channel" : "channels")}";
}
