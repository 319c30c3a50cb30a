using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Onnx.Models;
using Microsoft.ML.StateSpace.Sequences;

namespace Microsoft.ML.StateSpace.Onnx.Tests.Testing;

/// <summary>
/// A model exported, loaded by ONNX Runtime, and what both answer to the same sequences. Padding is filled with values that would be
/// noticed.
/// </summary>
internal sealed class OnnxCase : IDisposable
{
    private readonly SequencePredictor _managed;
    private readonly InferenceSession _session;
    private readonly SequenceModelOptions _model;
    private readonly SequenceSet _data;

    public OnnxCase(TrainedModel model, SequenceSet data, OnnxExportOptions options)
    {
        (_model, _data) = (model.Options, data);
        _managed = new SequencePredictor(model);
        File = ModelExport.Create(model, options).ToMemory().ToArray();
        _session = new InferenceSession(File);
    }

    /// <summary>The bytes of the file.</summary>
    public byte[] File { get; }

    /// <summary>A model case, or a case of pairs, with some sequences.</summary>
    public static OnnxCase Of(string name, OnnxExportOptions options)
    {
        var model = ModelOf(name);
        return new OnnxCase(model, Data(model.Options), options);
    }

    /// <summary>The model of a case.</summary>
    public static TrainedModel ModelOf(string name)
    {
        if (!ModelCases.PairNames.Any<object[]>(row => (string)row[0] == name))
            return TrainedCases.Create(name);
        var (network, parameters) = ModelCases.Create(ModelCases.Options(name), Data(ModelCases.Options(name)));
        return new TrainedModel(network.Options, parameters, Summary.None);
    }

    private static SequenceSet Data(SequenceModelOptions options) => ModelCases.Data(options, 37, 1, 70, 16, 52);

    /// <summary>The largest difference of all answers to all sequences, as one batch, relative to the largest answer.</summary>
    public double CompareSequences(params int[] which)
    {
        int[] rows = which.Length > 0 ? which : [.. Enumerable.Range(0, _data.Count)];
        var inputs = new OnnxInputs(_model, rows.Length);
        bool pairs = _model.HasPairs;
        inputs.AddSequences("", [.. rows.Select(i => pairs ? First(i).ToArray() : _data.Values(i).ToArray())], Intervals(rows));
        if (pairs)
            inputs.AddSequences("second_", [.. rows.Select(i => Second(i).ToArray())], null);
        var (scores, shape) = Run(inputs)["score"];
        var difference = new Difference();
        for (int i = 0; i < rows.Length; i++)
        {
            var expected = new float[_managed.OutputLength(_data.Length(rows[i]))];
            _managed.Predict(_data, rows[i], expected);
            int stride = scores.Length / rows.Length;
            difference.Add(expected, scores.AsSpan(i * stride, expected.Length));
        }
        shape[0].Should().Be(rows.Length);
        return difference.Relative;
    }

    /// <summary>The same for steps: all sequences side by side, one time step after the other, as long as there are any.</summary>
    public double CompareSteps()
    {
        int[] rows = [.. Enumerable.Range(0, _data.Count)];
        var streams = rows.Select(_ => _managed.CreateStream()).ToArray();
        int size = _session.InputMetadata["state"].Dimensions is [_, var fixedSize] && fixedSize > 0
            ? fixedSize : int.Parse(_session.ModelMetadata.CustomMetadataMap["state_size"], null);
        var states = rows.Select(_ => new float[size]).ToArray();
        var difference = new Difference();
        for (int time = 0; ; time++)
        {
            rows = [.. rows.Where(i => time < _data.Length(i))];
            if (rows.Length == 0)
                return difference.Relative;
            var inputs = new OnnxInputs(_model, rows.Length);
            inputs.AddSteps(
                [.. rows.Select(i => Step(_data.Values(i), time).ToArray())],
                _model.HasIntervals ? [.. rows.Select(i => _data.Intervals(i)[time])] : null);
            inputs.AddState([.. rows.SelectMany(i => states[i])], size);
            var outputs = Run(inputs);
            for (int place = 0; place < rows.Length; place++)
            {
                int i = rows[place];
                var expected = streams[i].Step(Step(_data.Values(i), time), _model.HasIntervals ? _data.Intervals(i)[time] : 1);
                difference.Add(expected, outputs["score"].Values.AsSpan(place * expected.Length, expected.Length));
                outputs["next_state"].Values.AsSpan(place * size, size).CopyTo(states[i]);
            }
        }
    }

    public void Dispose() => _session.Dispose();

    private Dictionary<string, (float[] Values, long[] Shape)> Run(OnnxInputs inputs)
    {
        using var options = new RunOptions();
        using var results = _session.Run(options, inputs.Values, _session.OutputNames);
        return _session.OutputNames.Zip(results).ToDictionary(
            pair => pair.First,
            pair => (pair.Second.GetTensorDataAsSpan<float>().ToArray(), pair.Second.GetTensorTypeAndShape().Shape));
    }

    private ReadOnlySpan<float> First(int i) => _data.Values(i)[..(_data.Split(i) * _data.Features)];

    private ReadOnlySpan<float> Second(int i) => _data.Values(i)[(_data.Split(i) * _data.Features)..];

    private ReadOnlySpan<float> Step(ReadOnlySpan<float> values, int time) => values.Slice(time * _data.Features, _data.Features);

    private float[][]? Intervals(int[] rows) => _model.HasIntervals ? [.. rows.Select(i => _data.Intervals(i).ToArray())] : null;
}
