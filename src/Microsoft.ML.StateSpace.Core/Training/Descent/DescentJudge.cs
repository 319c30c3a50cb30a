using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Sequences;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>Scores the validation set with parameters of a descent.</summary>
internal sealed class DescentJudge(TrainingWork work, SequenceSource validation) : IDisposable
{
    private readonly CpuEngine _engine = new(work.Model, work.Initial, work.Options);
    private readonly Evaluation _evaluation = new(work.Model, validation, work.Options, work.Initial.Values);
    private readonly EngineState _state = new(work.Initial.Values.Length);

    public (double Loss, double Metric) Score(float[] values)
    {
        values.CopyTo(_state.Values, 0);
        _engine.Load(_state);
        return _evaluation.Run(_engine);
    }

    public void Dispose() => _engine.Dispose();
}
