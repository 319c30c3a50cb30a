using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Tests.SequenceToSequence;

public class ResidualTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Analyze_IsTheAnalysisOfTheRecords_OfEveryOutputAndInput()
    {
        Row[] rows = [Row.Of(60, 1), Row.Of(45, 2)];
        rows[0].Target[7] = float.NaN;
        var expected = ResidualAnalysis.Of([.. rows.Select(row => row.Record(skip: 0))], lags: 6);
        var analysis = _ml.Transforms.StateSpace.AnalyzeResiduals(View(rows), lags: 6);
        analysis.Lags.Should().Be(6);
        analysis.Outputs.Should().HaveCount(2);
        for (int o = 0; o < 2; o++)
        {
            analysis.Outputs[o].Count.Should().Be(o == 0 ? 105 : 104);
            analysis.Outputs[o].Autocorrelation.Should().Equal(expected.Outputs[o].Autocorrelation);
            analysis.Outputs[o].Inputs.Should().HaveCount(3);
            for (int i = 0; i < 3; i++)
                analysis.Outputs[o].Inputs[i].Values.Should().Equal(expected.Outputs[o].Inputs[i].Values);
        }
        analysis.AreIndependent.Should().Be(expected.AreIndependent);
    }

    [Fact]
    public void Analyze_SkipsTheFirstStepsOfEachRow_AndLeavesOutInputsWithoutAColumn()
    {
        Row[] rows = [Row.Of(50, 3), Row.Of(4, 4)];
        var expected = ResidualAnalysis.Of([rows[0].Record(skip: 5)], lags: 6);
        var analysis = _ml.Transforms.StateSpace.AnalyzeResiduals(View(rows), lags: 6, skip: 5);
        analysis.Outputs[1].Inputs[2].Values.Should().Equal(expected.Outputs[1].Inputs[2].Values);
        var without = _ml.Transforms.StateSpace.AnalyzeResiduals(View(rows), inputColumnName: null, lags: 6, skip: 5);
        without.Outputs[1].Autocorrelation.Should().Equal(expected.Outputs[1].Autocorrelation);
        without.Outputs[1].Inputs.Should().BeEmpty();
        without.AreIndependent.Should().BeTrue();
        Invoking(() => _ml.Transforms.StateSpace.AnalyzeResiduals(View(rows), skip: -1))
            .Should().ThrowExactly<ArgumentOutOfRangeException>();
        Invoking(() => _ml.Transforms.StateSpace.AnalyzeResiduals(View(rows), skip: int.MaxValue))
            .Should().ThrowExactly<InvalidOperationException>().WithMessage("After skipping*");
    }

    private IDataView View(Row[] rows)
    {
        var schema = SchemaDefinition.Create(typeof(Row));
        schema["Output"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 0, 2);
        return _ml.Data.LoadFromEnumerable(rows, schema);
    }

    /// <summary>Two outputs and three inputs.</summary>
    private sealed class Row
    {
        public float[] Target { get; set; } = [];

        public float[] Output { get; set; } = [];

        public float[] Input { get; set; } = [];

        public static Row Of(int steps, int seed) => new()
        {
            Target = Draw.Uniform(2 * steps, seed),
            Output = Draw.Uniform(2 * steps, seed + 10),
            Input = Draw.Uniform(3 * steps, seed + 20),
        };

        public ResponseRecord Record(int skip) => new(Steps(Target, 2, skip), Steps(Output, 2, skip), Steps(Input, 3, skip));

        private static double[,] Steps(float[] values, int channels, int skip)
        {
            var steps = new double[values.Length / channels - skip, channels];
            for (int i = 0; i < steps.Length; i++)
                steps[i / channels, i % channels] = values[skip * channels + i];
            return steps;
        }
    }
}
