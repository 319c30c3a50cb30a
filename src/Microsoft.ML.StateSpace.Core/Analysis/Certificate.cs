using System.Globalization;
using System.Text;
using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>
/// What a model trained with <see cref="L2RuOptions"/> guarantees by construction: for every input u that deviates from the mean input,
/// with the model at rest before it, <c>|y - y0| &lt;= bound |u - u0|</c>. Here u0 and y0 are the constant means of the training data, and
/// the norms are l2 norms over all time steps and channels. For a classifier, y is the vector of logits and y0 is 0; pooling counts 1, and
/// mean and maximum side by side the square root of 2, with the decoder. The bound is that of exact arithmetic with the parameters as they
/// are. Of a model that was trained with missing values it holds between inputs with the same gaps.
/// </summary>
/// <param name="Bound">The bound from standardised inputs to standardised outputs; at most <see cref="L2RuOptions.Gain"/>, but for a model
/// with <see cref="CoreGain.Free"/>, whose gain is trained.</param>
/// <param name="BoundInUnits">The bound from inputs to outputs in the units of the data.</param>
/// <param name="Encoder">The spectral norm of the encoder.</param>
/// <param name="Layers">What each layer contributes.</param>
/// <param name="Decoder">The spectral norm of the decoder, times what pooling counts.</param>
/// <param name="IsIncremental">Whether the same bounds hold for the difference of any two inputs and that of their outputs, so that no
/// change of an input, however small, can move the output further. This holds unless the core is selective.</param>
public sealed record Certificate(
    double Bound, double BoundInUnits, double Encoder, IReadOnlyList<LayerCertificate> Layers, double Decoder, bool IsIncremental)
{
    /// <summary>The certificate of a model, or <see langword="null"/> where its architecture has none.</summary>
    /// <param name="model">A trained model.</param>
    /// <exception cref="ArgumentNullException"><paramref name="model"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The model's parameters are not finite, or so large that it answers NaN: nothing can be
    /// guaranteed of it.</exception>
    public static Certificate? Of(TrainedModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.Options.Architecture is not L2RuOptions options)
            return null;
        var network = new SequenceNetwork(model.Options);
        var parameters = model.Parameters.Clone();
        var weights = new Weights(parameters.Values, new float[network.Layout.PreparedLength]);
        network.Prepare(weights);
        RequireAnswers(model);
        var layers = new LayerCertificate[network.Branches / 2];
        double product = 1;
        for (int i = 0; i < layers.Length; i++)
        {
            var core = (ConvexBranch)network.Branch(2 * i).Core;
            var map = (ConvexBranch)network.Branch(2 * i + 1).Core;
            layers[i] = new LayerCertificate(
                core.Gain(weights.Values), core.Share(weights.Values), map.Gain(weights.Values), map.Share(weights.Values));
            product *= layers[i].Factor;
        }
        double pooling = network.Head.IsPooled ? Pool.Gain(network.PoolingKind) : 1;
        double encoder = Norm((BoundedLinear)network.Encoder, weights, null, null),
            decoder = Norm((BoundedLinear)network.Decoder, weights, null, null) * pooling;
        // Of two inputs with the same gaps, what says where the gaps are does not differ; so it counts nothing.
        float[] deviations = parameters["Input.Deviation"].ToArray();
        float[] inputs = [.. deviations, .. Enumerable.Repeat(float.PositiveInfinity, network.InputStage.Width - deviations.Length)];
        float[]? outputs = network.Head.Output is null ? null : parameters["Output.Deviation"].ToArray();
        double inUnits = Norm((BoundedLinear)network.Encoder, weights, null, inputs)
            * product
            * Norm((BoundedLinear)network.Decoder, weights, outputs, null)
            * pooling;
        return new Certificate(
            encoder * product * decoder, inUnits, encoder, layers, decoder, options.Parametrization != L2RuParametrization.Selective);
    }

    /// <summary>The bounds, then one line for each part of the model.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"{(IsIncremental ? "l2 gain, incremental too" : "l2 gain")} <= {Bound:G6} (standardised), "
            + $"{BoundInUnits:G6} (units of the data)");
        text.AppendLine(CultureInfo.InvariantCulture, $"  encoder {Encoder:G6}");
        for (int i = 0; i < Layers.Count; i++)
        {
            var layer = Layers[i];
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"  layer {i + 1}: core {layer.CoreGain:G6} with share {layer.CoreShare:F3}, "
                + $"map {layer.MapGain:G6} with share {layer.MapShare:F3}: factor {layer.Factor:G6}");
        }
        text.Append(CultureInfo.InvariantCulture, $"  decoder {Decoder:G6}");
        return text.ToString();
    }

    // A bound says nothing of a model whose own numbers overflow. The constructor refuses what is not finite at rest, and the answers to
    // usual inputs the rest.
    private static void RequireAnswers(TrainedModel model)
    {
        const int Steps = 8;
        var predictor = new SequencePredictor(model);
        float[] mean = model.Parameters["Input.Mean"].ToArray(), deviation = model.Parameters["Input.Deviation"].ToArray();
        float[] answers = new float[predictor.OutputLength(Steps)];
        float[] zero = new float[mean.Length];
        float[] above = [.. mean.Zip(deviation, (m, d) => m + d)], below = [.. mean.Zip(deviation, (m, d) => m - d)];
        foreach (float[] input in (float[][])[zero, mean, above, below])
        {
            predictor.Predict([.. Enumerable.Repeat(input, Steps).SelectMany(step => step)], answers);
            if (!Reductions.IsFinite(answers))
            {
                throw new InvalidOperationException(
                    "The model has no certificate: its parameters are so large that it answers NaN or infinity. Train it once more, at a "
                    + "lower TrainingOptions.LearningRate.");
            }
        }
    }

    // The spectral norm of diag(rows) W diag(1 / columns), from the smaller of its two Gram matrices.
    private static double Norm(BoundedLinear layer, in Weights weights, float[]? rows, float[]? columns)
    {
        var w = new Matrix(layer.OutputSize, layer.InputSize);
        w.Set(layer.Matrix(weights));
        for (int i = 0; i < w.Rows; i++)
            for (int j = 0; j < w.Columns; j++)
                w[i, j] *= (rows?[i] ?? 1.0) / (columns?[j] ?? 1.0);
        var gram = new Matrix(Math.Min(w.Rows, w.Columns), Math.Min(w.Rows, w.Columns));
        if (w.Rows < w.Columns)
            gram.AddProductWithTransposed(w, w);
        else
            gram.AddProductOfTransposed(w, w);
        return Math.Sqrt(new SpectralBound(gram.Rows, 40).Of(gram));
    }
}

/// <summary>
/// What a layer contributes to a <see cref="Certificate"/>: <c>Factor = (1 - a + a CoreGain) (1 - b + b MapGain)</c>, where a and b are the
/// shares of its two branches.
/// </summary>
/// <param name="CoreGain">The bound of the gain of the recurrence.</param>
/// <param name="CoreShare">The share of the recurrence in its branch.</param>
/// <param name="MapGain">The Lipschitz constant of the static map.</param>
/// <param name="MapShare">The share of the map in its branch.</param>
public sealed record LayerCertificate(double CoreGain, double CoreShare, double MapGain, double MapShare)
{
    /// <summary>The bound of the layer's gain.</summary>
    public double Factor => (1 - CoreShare + CoreShare * CoreGain) * (1 - MapShare + MapShare * MapGain);
}
