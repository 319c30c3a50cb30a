using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Training;

/// <summary>
/// The managed engine, which keeps the first channel of every sequence that it is trained on, and of every one that it scores.
/// </summary>
internal sealed class RecordingEngine : TrainingEngine, IEngineFactory
{
    public List<float[]> Trained { get; } = [];

    public List<float[]> Scored { get; } = [];

    public ISequenceEngine Create(SequenceNetwork model, ParameterSet parameters, TrainingOptions options)
        => new Recorder(this, new CpuEngine(model, parameters, options));

    public override string ToString() => "recording";

    private sealed class Recorder(RecordingEngine records, CpuEngine engine) : ISequenceEngine
    {
        public double TrainBatch(SequenceBatch batch, double learningRate, ulong dropoutKey)
        {
            Record(batch, records.Trained);
            return engine.TrainBatch(batch, learningRate, dropoutKey);
        }

        public void Predict(SequenceBatch batch, Span<float> outputs)
        {
            Record(batch, records.Scored);
            engine.Predict(batch, outputs);
        }

        public void Export(ParameterSet destination) => engine.Export(destination);

        public void Save(EngineState state) => engine.Save(state);

        public void Load(EngineState state) => engine.Load(state);

        public void Dispose() => engine.Dispose();

        private static void Record(SequenceBatch batch, List<float[]> sequences)
        {
            for (int i = 0; i < batch.Count; i++)
                sequences.Add([.. batch.Valid(i).ToArray().Where((_, j) => j % batch.Features == 0)]);
        }
    }
}
