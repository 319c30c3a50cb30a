using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Training;

/// <summary>The managed engine, with something of the test's at each of its doings.</summary>
internal sealed class WatchedEngine : TrainingEngine, IEngineFactory
{
    public Action? OnCreate { get; init; }

    /// <summary>Called behind each step with its number, from 1.</summary>
    public Action<int, ISequenceEngine>? OnStep { get; init; }

    /// <summary>Called before each batch is scored, with the number of steps made.</summary>
    public Action<int>? OnPredict { get; init; }

    /// <summary>Ruins the parameters behind a step: all become one value.</summary>
    public static WatchedEngine Ruin(int at, float value) => new()
    {
        OnStep = (step, engine) =>
        {
            if (step != at)
                return;
            var state = new EngineState(((Watcher)engine).Length);
            engine.Save(state);
            state.Values.AsSpan().Fill(value);
            engine.Load(state);
        },
    };

    public ISequenceEngine Create(SequenceNetwork model, ParameterSet parameters, TrainingOptions options)
    {
        OnCreate?.Invoke();
        return new Watcher(this, new CpuEngine(model, parameters, options), parameters.Values.Length);
    }

    public override string ToString() => "watched";

    private sealed class Watcher(WatchedEngine watch, CpuEngine engine, int length) : ISequenceEngine
    {
        private int _steps;

        public int Length => length;

        public double TrainBatch(SequenceBatch batch, double learningRate, ulong dropoutKey)
        {
            double loss = engine.TrainBatch(batch, learningRate, dropoutKey);
            _steps++;
            watch.OnStep?.Invoke(_steps, this);
            return loss;
        }

        public void Predict(SequenceBatch batch, Span<float> outputs)
        {
            watch.OnPredict?.Invoke(_steps);
            engine.Predict(batch, outputs);
        }

        public void Export(ParameterSet destination) => engine.Export(destination);

        public void Save(EngineState state) => engine.Save(state);

        public void Load(EngineState state) => engine.Load(state);

        public void Dispose() => engine.Dispose();
    }
}
