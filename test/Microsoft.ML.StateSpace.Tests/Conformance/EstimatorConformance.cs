using Microsoft.ML.StateSpace.Interop;
using Microsoft.ML.StateSpace.Tests.Testing;

namespace Microsoft.ML.StateSpace.Tests.Conformance;

/// <summary>
/// What ML.NET requires of every estimator and transformer, checked on one of them: what ML.NET's own TestEstimatorCore checks, and what it
/// takes for granted.
/// </summary>
internal sealed class EstimatorConformance(MLContext ml, IEstimator<ITransformer> estimator, IDataView valid)
{
    /// <summary>Views that can neither be fitted nor transformed.</summary>
    public IReadOnlyList<IDataView> Invalid { get; init; } = [];

    /// <summary>Views that can be fitted, but not transformed by a transformer fitted to the valid one.</summary>
    public IReadOnlyList<IDataView> InvalidToTransform { get; init; } = [];

    public void Check()
    {
        var promised = estimator.GetOutputSchema(Friend.ShapeOf(valid.Schema));
        var fitted = estimator.Fit(valid);
        var loaded = Reload(fitted, out var inputSchema);

        SchemaComparison.Describe(inputSchema).Should().Equal(SchemaComparison.Describe(valid.Schema));
        SchemaComparison.Shape(fitted.Transform(valid).Schema).Should().Equal(SchemaComparison.Shape(promised));
        var again = Reload(loaded, out _);
        foreach (var transformer in new[] { fitted, loaded, again })
        {
            CheckSchemas(transformer);
            CheckCursors(transformer.Transform(valid));
            CheckMapper(transformer);
            CheckRefusals(transformer);
        }
        SchemaComparison.Describe(loaded.GetOutputSchema(valid.Schema))
            .Should().Equal(SchemaComparison.Describe(fitted.GetOutputSchema(valid.Schema)));
        Cells.Read(loaded.Transform(valid)).Should().Equal(Cells.Read(fitted.Transform(valid)));
        Cells.Read(again.Transform(valid)).Should().Equal(Cells.Read(fitted.Transform(valid)));
        foreach (var view in Invalid)
        {
            Refused(() => estimator.GetOutputSchema(Friend.ShapeOf(view.Schema)));
            Refused(() => estimator.Fit(view));
        }
        foreach (var view in InvalidToTransform)
        {
            estimator.GetOutputSchema(Friend.ShapeOf(view.Schema));
            estimator.Fit(view);
        }
    }

    private ITransformer Reload(ITransformer transformer, out DataViewSchema inputSchema)
    {
        using var file = new MemoryStream();
        ml.Model.Save(transformer, valid.Schema, file);
        file.Position = 0;
        return new MLContext().Model.Load(file, out inputSchema);
    }

    private void CheckSchemas(ITransformer transformer)
    {
        var schema = transformer.Transform(valid).Schema;
        SchemaComparison.Describe(schema).Should().Equal(SchemaComparison.Describe(transformer.GetOutputSchema(valid.Schema)));
        foreach (var column in schema)
        {
            float value = 0;
            Invoking(() => column.Annotations.GetValue("NoSuchKind", ref value)).Should().Throw<Exception>();
        }
    }

    private static void CheckCursors(IDataView view)
    {
        var all = Columns(view, _ => true);
        all[0].Distinct().Count().Should().Be(all[0].Count);
        // Which columns are active must not matter.
        var even = Columns(view, c => c.Index % 2 == 0);
        var odd = Columns(view, c => c.Index % 2 == 1);
        for (int i = 0; i < view.Schema.Count; i++)
            (i % 2 == 0 ? even : odd)[(i / 2) + 1].Should().Equal(all[i + 1]);
        CheckLockstep(view, all);
        CheckParallel(view);
        using var none = view.GetRowCursor([]);
        none.Schema.Should().BeSameAs(view.Schema);
        view.Schema.Should().OnlyContain(column => !none.IsColumnActive(column));
        view.Schema.Should().AllSatisfy(column => Invoking(() => Cells.Reader(none, column)).Should().Throw<Exception>());
    }

    /// <summary>The ids, then each active column, row by row.</summary>
    private static List<List<string>> Columns(IDataView view, Func<DataViewSchema.Column, bool> which)
    {
        DataViewSchema.Column[] columns = [.. view.Schema.Where(which)];
        using var cursor = view.GetRowCursor(columns);
        cursor.Schema.Should().BeSameAs(view.Schema);
        Func<string>[] readers = [.. columns.Select(c => Cells.Reader(cursor, c))];
        var id = cursor.GetIdGetter();
        var values = Enumerable.Range(0, columns.Length + 1).Select(_ => new List<string>()).ToList();
        for (long position = 0; cursor.MoveNext(); position++)
        {
            cursor.Position.Should().Be(position);
            Microsoft.ML.Data.DataViewRowId row = default;
            id(ref row);
            values[0].Add($"{row}");
            for (int c = 0; c < columns.Length; c++)
                values[c + 1].Add(readers[c]());
        }
        cursor.MoveNext().Should().BeFalse();
        return values;
    }

    private static void CheckLockstep(IDataView view, List<List<string>> expected)
    {
        var cursors = view.Schema.Select(c => view.GetRowCursor([c])).ToList();
        var readers = view.Schema.Select((c, i) => Cells.Reader(cursors[i], c)).ToList();
        for (int row = 0; row < expected[0].Count; row++)
        {
            for (int c = 0; c < cursors.Count; c++)
            {
                cursors[c].MoveNext().Should().BeTrue();
                readers[c]().Should().Be(expected[c + 1][row]);
            }
        }
        cursors.ForEach(cursor => cursor.Dispose());
    }

    private static void CheckParallel(IDataView view)
    {
        var sequential = Cells.Read(view);
        var parts = view.GetRowCursorSet(view.Schema, 4);
        var rows = new List<string>[parts.Length];
        Parallel.For(0, parts.Length, i => rows[i] = Cells.Read(parts[i], view.Schema));
        rows.SelectMany(r => r).Order().Should().Equal(sequential.Order());
        Array.ForEach(parts, part => part.Dispose());
    }

    private void CheckMapper(ITransformer transformer)
    {
        transformer.IsRowToRowMapper.Should().BeTrue();
        var mapper = transformer.GetRowToRowMapper(valid.Schema);
        mapper.InputSchema.Should().BeSameAs(valid.Schema);
        SchemaComparison.Describe(mapper.OutputSchema).Should().Equal(SchemaComparison.Describe(transformer.GetOutputSchema(valid.Schema)));
        DataViewSchema.Column[] added = [.. mapper.OutputSchema.Skip(valid.Schema.Count)];
        var expected = Cells.Read(transformer.Transform(valid), c => c.Index >= valid.Schema.Count);
        using var cursor = valid.GetRowCursor(mapper.GetDependencies(added));
        using var row = mapper.GetRow(cursor, added);
        Func<string>[] readers = [.. added.Select(c => Cells.Reader(row, c))];
        var id = row.GetIdGetter();
        var actual = new List<string>();
        while (cursor.MoveNext())
        {
            row.Position.Should().Be(cursor.Position);
            Microsoft.ML.Data.DataViewRowId value = default;
            id(ref value);
            actual.Add($"{value} {string.Join(" | ", readers.Select(r => r()))}");
        }
        actual.Should().Equal(expected);
        mapper.GetDependencies([]).Should().BeEmpty();
    }

    private void CheckRefusals(ITransformer transformer)
    {
        foreach (var view in Invalid.Concat(InvalidToTransform))
        {
            Refused(() => transformer.GetOutputSchema(view.Schema));
            Refused(() => transformer.Transform(view));
        }
    }

    private static void Refused(Func<object> action)
    {
        var exception = Record.Exception(() => action());
        (exception is ArgumentOutOfRangeException or InvalidOperationException)
            .Should().BeTrue($"it must be refused, but gave {exception?.GetType().Name ?? "no exception"}: {exception?.Message}");
    }
}
