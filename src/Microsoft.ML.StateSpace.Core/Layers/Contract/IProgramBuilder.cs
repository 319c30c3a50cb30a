namespace Microsoft.ML.StateSpace.Layers;

/// <summary>Takes the operations of which layers are made, in the order in which they run.</summary>
internal interface IProgramBuilder
{
    /// <summary>Adds all operations of a layer.</summary>
    ValueId Add(Layer layer, ValueId input);

    /// <summary>Adds an operation that works on every row by itself.</summary>
    ValueId Apply(Operation operation, ValueId input);

    /// <summary>Adds an operation in which time steps meet.</summary>
    ValueId Scan(ScanLayer scan, ValueId input);

    /// <summary>
    /// Adds all operations of a layer that works on each of some groups of channels by itself. The groups of the input, and of the output,
    /// lie one behind the other: (groups, rows, channels).
    /// </summary>
    ValueId AddToGroups(Layer layer, ValueId input, int groups);

    /// <summary>Adds what makes one value of two.</summary>
    ValueId Join(Join join, ValueId first, ValueId second);

    /// <summary>
    /// Adds two layers that do not depend on each other, so that their scans meet at the same time. The rows of the second are those of
    /// each sequence in reverse order.
    /// </summary>
    /// <param name="fromStart">Reads the input.</param>
    /// <param name="input">The rows.</param>
    /// <param name="fromEnd">Reads the same rows reversed.</param>
    /// <param name="reversed">The reversed rows.</param>
    /// <param name="hasIntervals">Whether time steps come with intervals, which the second then needs in reverse order.</param>
    (ValueId FromStart, ValueId FromEnd) AddBothWays(
        Layer fromStart, ValueId input, Layer fromEnd, ValueId reversed, bool hasIntervals);
}
