using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>
/// What an analysis sums over a share of the sequences. Each sequence goes through the network by itself, so that no other changes what it
/// adds.
/// </summary>
internal sealed class CostateSums
{
    /// <summary>Sequences below which the terms of residuals are stretches of time.</summary>
    public const int FewestSequences = 8;

    private const int Stretches = 32;

    private readonly CoreTable _table;
    private readonly ParameterGroups _groups;
    private readonly double _regularization;
    private readonly ResidualSum[] _residuals;
    private readonly PowerSums _powers;
    private readonly ReachSums _reaches;

    public CostateSums(CoreTable table, ParameterGroups groups, double regularization, int longest)
    {
        (_table, _groups, _regularization, _powers, _reaches) = (table, groups, regularization, new(table), new(table, longest));
        _residuals = [.. groups.Sizes.Select(size => new ResidualSum(size))];
    }

    /// <summary>The sum of all losses, not yet divided by their weight.</summary>
    public double Loss { get; private set; }

    /// <summary>Adds a sequence that stands in a run, whose share of the gradient is to be multiplied by a scale.</summary>
    public void Add(CostateRun run, TargetLayout layout, double scale, ResidualTerms terms)
    {
        int answers = layout.Rows(run.Rows);
        Loss += run.Loss(0, answers);
        run.Clear();
        run.Enter(scale, 0, answers);
        float[] last = terms == ResidualTerms.Stretches ? run.LastCostates() : [];
        run.Backward(_powers);
        run.Finish();
        if (terms == ResidualTerms.Sequences)
            AddTerm(run.Gradient, group => true, 1);
        else if (layout.Axis == AnswerAxis.Sequence)
            AddStretches(run, last, run.Gradient);
        else
            AddStretches(run, scale);
        AddReach(run, layout, scale);
    }

    /// <summary>Adds the sums of other sequences.</summary>
    public void Add(CostateSums other)
    {
        Loss += other.Loss;
        for (int group = 0; group < _residuals.Length; group++)
            _residuals[group].Add(other._residuals[group]);
        _powers.Add(other._powers);
        _reaches.Add(other._reaches);
    }

    /// <summary>The residual of each group, of the gradient of the mean loss over that many sequences.</summary>
    public IReadOnlyList<GroupResidual> Residuals(int sequences)
        => [.. _residuals.Select((sum, group) => new GroupResidual(
            _groups.Names[group], _groups.Sizes[group], sum.Terms, sum.Residual, sum.Norm / Math.Max(1, sequences)))];

    public IReadOnlyList<LayerCostates> Layers
        => [.. Enumerable.Range(0, _table.Layers).Select(layer => new LayerCostates(
            $"Blocks.{layer}", _powers.RootMeanSquare(layer), _reaches.OfLayer(layer)))];

    public CostateReach? ReachOf(int core) => _reaches.OfCore(core);

    // The rows of the answer, stretch by stretch.
    private void AddStretches(CostateRun run, double scale)
    {
        List<(int First, int Count)> stretches = [.. StretchesOf(run.Rows).Where(stretch => run.Weight(stretch.First, stretch.Count) > 0)];
        foreach (var (first, count) in stretches)
        {
            run.Clear();
            run.Enter(scale, first, count);
            run.Backward();
            run.Finish();
            AddTerm(run.Gradient, group => true, 1.0 / stretches.Count);
        }
    }

    // One answer for the sequence: what is behind the layers has one term, and the costates of the last stream are taken stretch by
    // stretch.
    private void AddStretches(CostateRun run, float[] last, ReadOnlySpan<float> gradient)
    {
        AddTerm(gradient, _groups.IsBehindLayers, 1);
        int width = last.Length / run.Rows;
        List<(int First, int Count)> stretches = [.. StretchesOf(run.Rows)
            .Where(stretch => last.AsSpan(stretch.First * width, stretch.Count * width).ContainsAnyExcept(0f))];
        if (stretches.Count == 0 && _regularization > 0)
            stretches.Add((0, run.Rows)); // the share of the regularization is still a term
        foreach (var (first, count) in stretches)
        {
            run.Clear();
            run.SetLastCostates(last.AsSpan(first * width, count * width), first);
            run.Backward();
            run.Finish();
            AddTerm(run.Gradient, group => !_groups.IsBehindLayers(group), 1.0 / stretches.Count);
        }
    }

    private static IEnumerable<(int First, int Count)> StretchesOf(int rows)
    {
        int stretches = Math.Min(Stretches, rows);
        for (int i = 0; i < stretches; i++)
        {
            int first = (int)((long)i * rows / stretches);
            yield return (first, (int)((i + 1L) * rows / stretches) - first);
        }
    }

    private void AddReach(CostateRun run, TargetLayout layout, double scale)
    {
        int last = run.Rows - 1;
        run.Clear();
        if (layout.Axis == AnswerAxis.Sequence)
        {
            run.Enter(scale, 0, 1);
            run.ActAtLastRow();
        }
        else
        {
            while (run.Weight(last, 1) == 0)
                last--;
            run.Enter(scale, last, 1);
        }
        _reaches.Begin(last, run.Rows);
        run.Backward(_reaches);
    }

    // A term is that share of a sequence, which is so much of the regularization too.
    private void AddTerm(ReadOnlySpan<float> gradient, Func<int, bool> isGroup, double share)
    {
        for (int group = 0; group < _residuals.Length; group++)
        {
            if (!isGroup(group))
                continue;
            _residuals[group].Begin();
            int at = 0;
            foreach (var parameter in _groups.Members(group))
            {
                _residuals[group].Add(at, parameter.Of(gradient), parameter.Of(_groups.Set.Values), _regularization * share);
                at += parameter.Length;
            }
        }
    }
}
