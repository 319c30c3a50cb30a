using System.Numerics.Tensors;
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
        float[] u = run.InUnits(run.Network.Input!, bestInput), u0 = around.ToArray();
        float[] y = run.InUnits(run.Network.Head.Output, bestAnswer), y0 = run.InUnits(run.Network.Head.Output, rest);
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
        private readonly float[] _arena;
        private readonly int[] _starts;

        public Run(TrainedModel model, int length)
        {
            Network = new SequenceNetwork(model.Options);
            _parameters = model.Parameters.Clone();
            _prepared = new float[Network.Layout.PreparedLength];
            _gradients = new float[_parameters.Values.Length];
            _preparedGradients = new float[_prepared.Length];
            _starts = [0, length];
            _arena = new float[Plan.Length];
            Network.Prepare(Weights);
            FiniteModel.Require(model.Parameters, _prepared);
        }

        public SequenceNetwork Network { get; }

        /// <summary>The standardised input of the last pass, as the model has rounded it.</summary>
        public float[] Input => Plan.Input.Of(_arena).ToArray();

        private Weights Weights => new(_parameters.Values, _prepared);

        private ArenaPlan Plan => Network.Plan(_starts[1], 1, ArenaUse.Train);

        private Pass Pass => new() { Weights = Weights, Starts = _starts, Scratch = default };

        public float[] Standardize(ReadOnlySpan<float> values)
        {
            var standard = new float[values.Length];
            Network.Input!.Forward(_parameters.Values, values, standard);
            return standard;
        }

        public float[] InUnits(Standardize? statistics, float[] values)
        {
            float[] inUnits = [.. values];
            statistics?.Invert(_parameters.Values, inUnits);
            return inUnits;
        }

        public float[] Forward(float[] standard)
        {
            var output = new float[Network.Head.Rows(_starts[1], 1) * Network.Options.Outputs];
            Network.Forward(Pass, Plan, InUnits(Network.Input, standard), output, _arena);
            return output;
        }

        public void Backward(float[] outputGradient, Span<float> inputGradient)
        {
            var gradients = new Gradients(_gradients, _preparedGradients);
            inputGradient.Clear();
            Network.Backward(Pass, Plan, outputGradient, _arena, gradients);
            Network.EncodeBackward(Pass, Plan, _arena, gradients, inputGradient);
        }
    }
}
