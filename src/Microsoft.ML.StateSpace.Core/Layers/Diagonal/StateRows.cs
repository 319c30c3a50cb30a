namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// Where the states of a scan lie in memory, or their gradients, and where its inputs: for each direction some rows of (2, N), and behind
/// the rows of all directions an edge for each, (2, N), for what a neighbouring piece handed over.
/// In post form the input of a row becomes the state of that row in place. In pre form it becomes the state of the next row in the
/// direction of the scan. So there is a row more than rows of the pass, the inputs lie a row further than the states, and what comes to lie
/// where a sequence starts is cleared, since its first state is zero.
/// </summary>
internal readonly struct StateRows(SystemForm form, int width, int directions)
{
    public bool IsPre => form == SystemForm.Pre;

    /// <summary>Floats of one direction.</summary>
    public long Size(long rows) => (rows + (IsPre ? 1 : 0)) * width;

    /// <summary>All rows of a direction.</summary>
    public Span<float> All(Span<float> memory, int rows, int direction)
        => memory.Slice((int)(direction * Size(rows)), (int)Size(rows));

    public ReadOnlySpan<float> All(ReadOnlySpan<float> memory, int rows, int direction)
        => memory.Slice((int)(direction * Size(rows)), (int)Size(rows));

    /// <summary>The states of the rows of the pass.</summary>
    public Span<float> States(Span<float> memory, int rows, int direction)
        => All(memory, rows, direction).Slice(Shift(direction == 1), rows * width);

    public ReadOnlySpan<float> States(ReadOnlySpan<float> memory, int rows, int direction)
        => All(memory, rows, direction).Slice(Shift(direction == 1), rows * width);

    /// <summary>The inputs of the rows of the pass, and after the scan the states that they led to.</summary>
    public Span<float> Inputs(Span<float> memory, int rows, int direction)
        => All(memory, rows, direction).Slice(Shift(direction == 0), rows * width);

    public ReadOnlySpan<float> Inputs(ReadOnlySpan<float> memory, int rows, int direction)
        => All(memory, rows, direction).Slice(Shift(direction == 0), rows * width);

    /// <summary>What a neighbouring piece handed over.</summary>
    public Span<float> Edge(Span<float> memory, int rows, int direction)
        => memory.Slice((int)(directions * Size(rows)) + direction * width, width);

    public ReadOnlySpan<float> Edge(ReadOnlySpan<float> memory, int rows, int direction)
        => memory.Slice((int)(directions * Size(rows)) + direction * width, width);

    public void ClearEdges(int rows, Span<float> memory) => memory.Slice((int)(directions * Size(rows)), directions * width).Clear();

    /// <summary>Which of all rows holds the first state of a sequence in the direction of the scan. Only in pre form.</summary>
    public int Start(in Pass pass, int sequence, int direction) => pass.Starts[direction == 0 ? sequence : sequence + 1];

    /// <summary>
    /// Which of all rows holds the state behind a sequence in the direction of the scan: the start of its neighbour, or the row that is
    /// more. Only in pre form.
    /// </summary>
    public int End(in Pass pass, int sequence, int direction) => pass.Starts[direction == 0 ? sequence + 1 : sequence];

    public Span<float> Row(int row, Span<float> all) => all.Slice(row * width, width);

    public ReadOnlySpan<float> Row(int row, ReadOnlySpan<float> all) => all.Slice(row * width, width);

    /// <summary>Clears one of all rows in pre form.</summary>
    public void Clear(int row, Span<float> all)
    {
        if (IsPre)
            Row(row, all).Clear();
    }

    /// <summary>
    /// The rows of a sequence that a scan goes through. In pre form the state behind the last sequence in its direction is one of them.
    /// </summary>
    public Range Scanned(in Pass pass, int sequence, int direction)
    {
        int first = pass.Starts[sequence], end = pass.Starts[sequence + 1];
        if (IsPre && direction == 0 && sequence == pass.Sequences - 1)
            end++;
        else if (IsPre && direction == 1)
            (first, end) = (sequence == 0 ? 0 : first + 1, end + 1);
        return (first * width)..(end * width);
    }

    private int Shift(bool isShifted) => IsPre && isShifted ? width : 0;
}
