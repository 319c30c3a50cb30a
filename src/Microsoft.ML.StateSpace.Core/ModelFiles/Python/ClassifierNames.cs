using System.Text.RegularExpressions;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.ModelFiles;

/// <summary>
/// What the checkpoints of S5, LRU and S4D have in common: a linear encoder of real channels, numbered layers in a
/// <see cref="GluScaffold"/>, and a linear decoder. The public code knows no statistics of data, so they are multiplied into the encoder
/// and the decoder when a model is written.
/// </summary>
internal abstract class ClassifierNames : PublicNames
{
    /// <summary>What the code adds to the variance in a norm.</summary>
    protected abstract double Epsilon { get; }

    /// <summary>The form of the GELU in the code.</summary>
    protected abstract GeluForm Gelu { get; }

    /// <summary>What the names of a layer's tensors begin with, before the number.</summary>
    protected abstract string Layers { get; }

    /// <summary>Matches the names of tensors in layers; the number is the first group.</summary>
    protected abstract Regex LayerName { get; }

    /// <summary>The norm of a checkpoint's layers.</summary>
    protected virtual NormKind NormOf(CheckpointShapes checkpoint) => NormKind.LayerNorm;

    /// <summary>Whether the code can have batch norms.</summary>
    protected virtual bool HasBatchNorm => false;

    /// <summary>The core, and what the names tell of the scaffold; sizes are set, and the number of layers comes later.</summary>
    protected abstract NetworkOptions CoreOf(CheckpointShapes checkpoint);

    /// <summary>Throws where the core of a model, or its map, is not that of the code.</summary>
    protected abstract void RequireCore(NetworkOptions architecture);

    public sealed override bool IsOf(CheckpointShapes checkpoint) => IsOfNames(checkpoint.Under(NameOf));

    /// <summary>Whether names, once they are canonical, are those of the family.</summary>
    protected abstract bool IsOfNames(CheckpointShapes checkpoint);

    public sealed override NetworkOptions ArchitectureOf(CheckpointShapes checkpoint)
    {
        checkpoint = checkpoint.Under(NameOf);
        int layers = checkpoint.Layers(Layers, LayerName);
        var options = CoreOf(checkpoint) with
        {
            Layers = layers, Dropout = 0, Norm = NormOf(checkpoint), NormEpsilon = Epsilon, Pooling = Pooling.Mean,
        };
        return Validated(options);
    }

    public sealed override void Require(SequenceModelOptions options)
    {
        options.Architecture.Validate();
        var architecture = (NetworkOptions)options.Architecture;
        if (architecture.ChosenScaffold is not GluScaffold glu)
        {
            Refuse("Scaffold", "a GluScaffold", architecture.ChosenScaffold.GetType().Name);
            return;
        }
        if (glu.Gelu != Gelu)
            Refuse("Scaffold.Gelu", Gelu.ToString(), glu.Gelu);
        if (architecture.ChosenNorm != NormKind.LayerNorm && !(HasBatchNorm && architecture.ChosenNorm == NormKind.Affine))
            Refuse("Norm", HasBatchNorm ? "LayerNorm or Affine" : "LayerNorm", architecture.ChosenNorm);
        if (architecture.ChosenNorm == NormKind.LayerNorm && architecture.NormEpsilon != Epsilon)
            Refuse("NormEpsilon", $"{Epsilon:G}, as the code has it", $"{architecture.NormEpsilon:G}");
        if (architecture.FinalNorm != NormKind.None)
            Refuse("FinalNorm", "None", architecture.FinalNorm);
        if (architecture.LogitsSoftCap is double cap)
            Refuse("LogitsSoftCap", "null", cap);
        if (options.Task.Axis == AnswerAxis.Sequence && architecture.Pooling is not (null or Pooling.Mean or Pooling.Last))
            Refuse("Pooling", "Mean or Last", architecture.Pooling);
        RequireCore(architecture);
        if (options.HasIntervals)
            RefuseModel("HasIntervals", "false", true);
        if (options.MissingValues is { } missing)
            RefuseModel("MissingValues", "null", missing);
        if (options.DerivedInputs is { Count: > 0 })
            RefuseModel("DerivedInputs", "none, new DerivedInputs()", "set");
    }

    /// <summary>
    /// The encoder, (out, in) or its transpose. The code gives it tokens as channels of which one is 1, so its columns and its bias
    /// together are the table of tokens. Of real channels it sees the raw ones: with the statistics of the training data
    /// <c>W (x - mean) / deviation + b</c> is <c>(W / deviation) x + b - W (mean / deviation)</c>.
    /// </summary>
    protected static IEnumerable<CheckpointEntry> Encoder(
        string weightName, string biasName, SequenceModelOptions options, Func<string, Parameter> find, bool isTransposed)
    {
        if (options.Vocabulary > 0)
        {
            var table = find("Encoder.Table");
            // Row 0 is that of a missing key of ML.NET, which the code does not have.
            int tokens = table.Shape[0] - 1, width = table.Shape[1];
            yield return new(weightName, isTransposed ? [tokens, width] : [width, tokens], new CheckpointPart(table, i =>
                i < width ? CheckpointPart.Nowhere : isTransposed ? i - width : i % width * tokens + i / width - 1));
            yield return new(biasName, [width])
            {
                Change = new(table, (bias, parameters) =>
                {
                    for (int i = width; i < table.Length; i++)
                        table.Of(parameters)[i] += bias[i % width];
                }),
            };
            yield break;
        }
        Parameter weight = find("Encoder.Weight"), bias = find("Encoder.Bias"), mean = find("Input.Mean"),
            deviation = find("Input.Deviation");
        int inputs = mean.Length;
        yield return Matrix(
            weightName, weight, isTransposed, (set, i) => weight.Of(set.Values)[i] / (double)deviation.Of(set.Values)[i % inputs]) with
        {
            Fixed = [(mean, 0), (deviation, 1)],
        };
        yield return Vector(biasName, bias, (set, i) =>
        {
            double sum = bias.Of(set.Values)[i];
            for (int c = 0; c < inputs; c++)
                sum -= weight.Of(set.Values)[i * inputs + c] * (double)mean.Of(set.Values)[c] / deviation.Of(set.Values)[c];
            return sum;
        });
    }

    /// <summary>The decoder; outputs that are values are written in their own unit.</summary>
    protected static IEnumerable<CheckpointEntry> Decoder(
        string weightName, string biasName, SequenceModelOptions options, Func<string, Parameter> find, bool isTransposed)
    {
        Parameter weight = find("Decoder.Weight"), bias = find("Decoder.Bias");
        if (options.Task.Target != TargetKind.Value)
            return [Matrix(weightName, weight, isTransposed), Vector(biasName, bias)];
        Parameter mean = find("Output.Mean"), deviation = find("Output.Deviation");
        int width = weight.Shape[1];
        return
        [
            Matrix(weightName, weight, isTransposed, InUnit) with { Fixed = [(mean, 0), (deviation, 1)] },
            Vector(biasName, bias, (set, i) => bias.Of(set.Values)[i] * (double)deviation.Of(set.Values)[i] + mean.Of(set.Values)[i]),
        ];

        double InUnit(ParameterSet set, int i) => weight.Of(set.Values)[i] * (double)deviation.Of(set.Values)[i / width];
    }

    private static CheckpointEntry Vector(string name, Parameter parameter, Func<ParameterSet, int, double>? written = null)
        => new(name, [parameter.Length], CheckpointPart.At(0, parameter) with { Written = written });

    /// <summary>A matrix, or its transpose as Flax has it.</summary>
    protected static CheckpointEntry Matrix(
        string name, Parameter matrix, bool isTransposed, Func<ParameterSet, int, double>? written = null)
        => isTransposed
            ? new(name, [matrix.Shape[1], matrix.Shape[0]], CheckpointPart.Transposed(matrix) with { Written = written })
            : new(name, [.. matrix.Shape], CheckpointPart.At(0, matrix) with { Written = written });

    /// <summary>A complex parameter of shape (rows, 2, states), which PyTorch and Flax write as (rows, states, 2).</summary>
    protected static CheckpointPart PairsLast(Parameter parameter, int states, int start = 0, int? stride = null)
        => new(parameter, i => 2 * (i / (2 * states) * (stride ?? states) + start + i % states) + i / states % 2);
}
