using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Models;

/// <summary>
/// An ensemble: the answer is <c>sum_m w_m a_m</c>, where a_m is the finished answer of member m and the shares w_m sum to 1. The
/// parameters of member m stand under <c>Members.m</c>; the state of a stream is the states of the members, one behind the other.
/// </summary>
internal sealed class EnsembleModel : SequenceModel
{
    private readonly SequenceModel[] _members;
    private readonly float[] _shares;

    public EnsembleModel(SequenceModelOptions options, ParameterLayout layout)
        : base(options, layout)
    {
        var ensemble = (EnsembleOptions)options.Architecture;
        _members =
        [
            .. ensemble.Members.Select((member, i) => layout.Scope(
                $"Members.{i}", () => Create(options with { Architecture = member }, layout))),
        ];
        _shares = [.. ensemble.Shares().Select(share => (float)share)];
        StateSize = _members.Sum(member => member.StateSize);
        IsCausal = _members.All(member => member.IsCausal);
    }

    public IReadOnlyList<SequenceModel> Members => _members;

    public override bool IsCausal { get; }

    public override int StateSize { get; }

    public override int StepScratchSize => Options.Outputs + _members.Max(member => member.StepScratchSize);

    protected override string CausalSetting
        => "Bidirectional = false in "
            + string.Join(", ", _members.Index().Where(member => !member.Item.IsCausal).Select(member => $"Members[{member.Index}]"))
            + " of its Architecture";

    public override void Prepare(in Weights weights)
    {
        foreach (var member in _members)
            member.Prepare(weights);
    }

    public override ScoringMemory CreateMemory(int windowRows = ScoringWindows.WindowRows)
        => new Memory(this, Array.ConvertAll(_members, member => member.CreateMemory(windowRows)));

    /// <inheritdoc/>
    public override void Step(in Pass pass, long before, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
    {
        var scratch = pass.Scratch;
        var answer = scratch.Take(output.Length);
        output.Clear();
        for (int m = 0; m < _members.Length; m++)
        {
            _members[m].Step(pass.With(scratch), before, input, answer, state.Take(_members[m].StateSize));
            AddAnswer(m, pass.Weights.Values, answer, output);
        }
    }

    public override long StepEachScratchSize(int streams)
        => (long)streams * Options.Outputs + _members.Max(member => member.StepEachScratchSize(streams));

    /// <inheritdoc/>
    public override void StepEach(
        in Pass pass, ReadOnlySpan<long> before, ReadOnlySpan<float> input, Span<float> output, in StreamStates states)
    {
        var scratch = pass.Scratch;
        var answers = scratch.Take(output.Length);
        var own = states;
        output.Clear();
        for (int m = 0; m < _members.Length; m++)
        {
            _members[m].StepEach(pass.With(scratch), before, input, answers, own);
            own = own.Behind(_members[m].StateSize);
            AddAnswer(m, pass.Weights.Values, answers, output);
        }
    }

    /// <summary>Nothing is left to do: the mean is of finished answers.</summary>
    public override void Finish(ReadOnlySpan<float> values, Span<float> rows)
    {
    }

    // Finishes the rows of a member, and adds its share of them.
    private void AddAnswer(int member, ReadOnlySpan<float> values, Span<float> answer, Span<float> sum)
    {
        _members[member].Finish(values, answer);
        float share = _shares[member];
        for (int i = 0; i < sum.Length; i++)
            sum[i] += share * answer[i];
    }

    /// <summary>The memories of the members, and that of an answer.</summary>
    private sealed class Memory(EnsembleModel model, ScoringMemory[] members) : ScoringMemory
    {
        private float[] _answer = [];

        public override long Floats
        {
            get
            {
                long sum = _answer.Length;
                foreach (var member in members)
                    sum += member.Floats;
                return sum;
            }
        }

        public override void Score(Weights weights, ReadOnlySpan<float> values, ReadOnlySpan<float> intervals, Span<float> output)
        {
            var answer = Begin(output);
            for (int m = 0; m < members.Length; m++)
            {
                members[m].Score(weights, values, intervals, answer);
                model.AddAnswer(m, weights.Values, answer, output);
            }
        }

        public override void ScorePair(Weights weights, ReadOnlySpan<float> first, ReadOnlySpan<float> second, Span<float> output)
        {
            var answer = Begin(output);
            for (int m = 0; m < members.Length; m++)
            {
                members[m].ScorePair(weights, first, second, answer);
                model.AddAnswer(m, weights.Values, answer, output);
            }
        }

        private Span<float> Begin(Span<float> output)
        {
            if (_answer.Length < output.Length)
                _answer = new float[output.Length];
            output.Clear();
            return _answer.AsSpan(0, output.Length);
        }
    }
}
