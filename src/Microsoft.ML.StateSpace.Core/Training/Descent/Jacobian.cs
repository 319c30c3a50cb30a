namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// The derivative of the weighted errors with respect to the coordinates of steps, one row for each value of the targets that counts: of
/// <c>r = sqrt(w / W) (y - t)</c>, where w is the weight of the output and W that of all, so that <c>J = |r|^2 / 2</c>. A row is one
/// forward and one backward pass over the sequence up to its time step: what comes later has no influence in a causal model.
/// </summary>
internal sealed class Jacobian
{
    private readonly FullBatch _batch;
    private readonly StepCoordinates _coordinates;
    private readonly SequenceMemory?[] _memories; // of each thread, once it has had a row
    private readonly float[][] _rows; // of each thread
    private readonly List<Item> _items = [];

    public Jacobian(FullBatch batch, StepCoordinates coordinates)
    {
        (_batch, _coordinates) = (batch, coordinates);
        _memories = new SequenceMemory?[batch.Workers.Count];
        _rows = [.. Enumerable.Range(0, batch.Workers.Count).Select(_ => new float[coordinates.Count])];
        var data = batch.Data;
        int outputs = batch.Model.Options.Outputs;
        for (int i = 0; i < data.Count; i++)
        {
            var targets = data.TargetsOf(i);
            int washed = batch.Model.Head.IsPooled ? 0 : batch.Options.Washout;
            for (int at = washed * outputs; at < targets.Length; at++)
            {
                double weight = batch.Options.OutputWeights?[at % outputs] ?? 1;
                if (weight > 0 && !float.IsNaN(targets[at]))
                    _items.Add(new(i, at / outputs, at % outputs, Math.Sqrt(weight / batch.TotalWeight)));
            }
        }
    }

    /// <summary>Values of the targets that count.</summary>
    public int Rows => _items.Count;

    /// <summary>Coordinates.</summary>
    public int Columns => _coordinates.Count;

    /// <summary>
    /// Assigns some rows, (count, <see cref="Columns"/>) column by column: the values of a column lie side by side. The threads share them.
    /// </summary>
    /// <param name="first">The first row.</param>
    /// <param name="count">How many.</param>
    /// <param name="columns">Room for them.</param>
    /// <exception cref="OperationCanceledException">Training was cancelled.</exception>
    public void Fill(int first, int count, double[] columns)
    {
        var cancellation = _batch.Options.Cancellation;
        _batch.Workers.Run(count, (worker, row) =>
        {
            if (!cancellation.IsCancellationRequested)
            {
                Fill(_items[first + row], _memories[worker] ??= new(_batch.Model, _batch.Data, _batch.Options), _rows[worker]);
                for (int column = 0; column < Columns; column++)
                    columns[column * count + row] = _rows[worker][column];
            }
        });
        cancellation.ThrowIfCancellationRequested();
    }

    private void Fill(Item item, SequenceMemory memory, float[] row)
    {
        var model = _batch.Model;
        int rows = model.Head.IsPooled ? _batch.Data.Length(item.Sequence) : item.Row + 1;
        memory.TakeStart(item.Sequence, rows, _batch.Parameters.Values);
        var workspace = memory.Workspace;
        workspace.Forward(_batch.Weights);
        workspace.OutputGradient.Clear();
        workspace.OutputGradient[item.Row * model.Options.Outputs + item.Output] = (float)item.Scale;
        memory.Gradient.AsSpan().Clear();
        workspace.Backward(_batch.Weights, memory.Gradients(_batch.Parameters.Values.Length), 0);
        _coordinates.Read(memory.Gradient, row);
    }

    /// <summary>
    /// A value of the targets: its sequence, time step (0 where one answer is for the whole) and output, and sqrt(w / W).
    /// </summary>
    private readonly record struct Item(int Sequence, int Row, int Output, double Scale);
}
