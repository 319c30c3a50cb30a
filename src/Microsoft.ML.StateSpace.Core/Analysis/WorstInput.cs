using System.Numerics.Tensors;
using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>An input, found by search, that a model amplifies much. The gain of the model is at least the gain for this input.</summary>
/// <param name="Gain">The gain for this input, <c>|y - y0| / |u - u0|</c> of the standardised signals, in l2 norms over all time steps and
/// channels, where y0 is the answer to u0.</param>
/// <param name="GainInUnits">The same gain, of the signals in the units of the data.</param>
/// <param name="Input">u, (length, inputs), in the units of the data.</param>
/// <param name="Output">y, (length, outputs) in the units of the data, or the logits.</param>
/// <param name="AroundInput">u0, the input around which the search was made, (length, inputs), in the units of the data.</param>
/// <param name="AroundOutput">y0, the answer to u0, in the units of y.</param>
public sealed record WorstInput(
    double Gain, double GainInUnits,
    IReadOnlyList<float> Input, IReadOnlyList<float> Output,
    IReadOnlyList<float> AroundInput, IReadOnlyList<float> AroundOutput)
{
    /// <summary>
    /// The power iteration <c>v = J(v)^T (F(v) - F(0)) |v| / |.|</c>, where v is the deviation of the standardised input, F the model
    /// around u0 and J its Jacobian. It is exact for a linear model, and an ascent for others.
    /// </summary>
    internal static WorstInput Search(TrainedModel model, ReadOnlySpan<float> around, double amplitude, int iterations, int seed)
    {
        var run = new Run(model, around.Length / model.Options.Inputs);
        float[] start = run.Standardize(around), deviation = new float[start.Length], input = new float[start.Length];
        float[] rest = run.Forward(start), answer = rest;
        double size = amplitude * Math.Sqrt(start.Length), best = -1;
        float[] bestInput = start, bestAnswer = rest;
        var random = new Random(seed);
        for (int i = 0; i < deviation.Length; i++)
            deviation[i] = (float)Initialize.Gaussian(random);
        for (int iteration = 0; iteration <= iterations; iteration++)
        {
            double norm = Norm(deviation);
            if (!(norm > 0 && double.IsFinite(norm)))
                break;
            for (int i = 0; i < deviation.Length; i++)
                input[i] = (float)(start[i] + deviation[i] * (size / norm));
            answer = run.Forward(input);
            float[] response = Subtract(answer, rest);
            double gain = Norm(response) / Norm(Subtract(run.Input, start));
            if (gain > best)
                (best, bestInput, bestAnswer) = (gain, run.Input, answer);
            run.Backward(response, deviation);
        }
        float[] u = run.InputInUnits(bestInput), u0 = around.ToArray(), y = run.OutputInUnits(bestAnswer), y0 = run.OutputInUnits(rest);
        return new WorstInput(best, Norm(Subtract(y, y0)) / Norm(Subtract(u, u0)), u, y, u0, y0);
    }

    private static float[] Subtract(float[] a, float[] b)
    {
        var difference = new float[a.Length];
        TensorPrimitives.Subtract(a, b, difference);
        return difference;
    }

    private static double Norm(float[] values) => Math.Sqrt(values.Sum(value => (double)value * value));

    /// <summary>A model with the memory to answer one standardised sequence, and to take a gradient back to that sequence.</summary>
    private sealed class Run
    {
        private readonly ParameterSet _parameters;
        private readonly float[] _prepared;
        private readonly float[] _gradients;
        private readonly float[] _preparedGradients;
        private readonly Workspace _workspace;
        private readonly int _length;

        public Run(TrainedModel model, int length)
        {
            Network = new SequenceNetwork(model.Options);
            _parameters = model.Parameters.Clone();
            _prepared = new float[Network.Layout.PreparedLength];
            _gradients = new float[_parameters.Values.Length];
            _preparedGradients = new float[_prepared.Length];
            (_workspace, _length) = (new Workspace(Network), length);
            Network.Prepare(Weights);
            FiniteModel.Require(model.Parameters, _prepared);
        }

        public SequenceNetwork Network { get; }

        /// <summary>The standardised input of the last pass, (length, inputs), as the model has rounded it.</summary>
        public float[] Input
            => [.. _workspace.Input.ToArray().Chunk(Network.InputStage.Width).SelectMany(row => row[..Network.Options.Inputs])];

        private Weights Weights => new(_parameters.Values, _prepared);

        public float[] Standardize(ReadOnlySpan<float> values)
        {
            var (mean, deviation) = Statistics;
            var standard = new float[values.Length];
            for (int i = 0; i < standard.Length; i++)
            {
                int c = i % Network.Options.Inputs;
                standard[i] = Math.Clamp((values[i] - mean[c]) / deviation[c], -Network.Input!.Bound, Network.Input.Bound);
            }
            return standard;
        }

        public float[] InputInUnits(float[] standard)
        {
            var (mean, deviation) = Statistics;
            return [.. standard.Select((value, i) => value * deviation[i % Network.Options.Inputs] + mean[i % Network.Options.Inputs])];
        }

        public float[] OutputInUnits(float[] values)
        {
            float[] inUnits = [.. values];
            Network.Head.Output?.Invert(_parameters.Values, inUnits);
            return inUnits;
        }

        public float[] Forward(float[] standard)
        {
            _workspace.PackRows(
                _parameters.Values, InputInUnits(standard), [], 0, _length, new float[Network.InputStage.StateSize], ArenaUse.Study);
            _workspace.Forward(Weights);
            return _workspace.Output.ToArray();
        }

        private (float[] Mean, float[] Deviation) Statistics
            => (_parameters[Network.Input!.Mean.Name].ToArray(), _parameters[Network.Input.Deviation.Name].ToArray());

        public void Backward(float[] outputGradient, Span<float> inputGradient)
        {
            var gradients = new Gradients(_gradients, _preparedGradients);
            inputGradient.Clear();
            outputGradient.CopyTo(_workspace.OutputGradient);
            _workspace.Backward(Weights, gradients);
            var rows = new float[_workspace.Input.Length];
            var scratch = new float[Network.Encoder.ScratchSize(_length, 1)];
            Network.Encoder.Backward(
                _workspace.Pass(Weights, 0).With(scratch), _workspace.Input, [],
                _workspace.Memory.Gradient(Network.Program.Streams[0]), rows, gradients);
            Network.InputStage.Backward(_parameters.Values, rows, inputGradient);
        }
    }
}
