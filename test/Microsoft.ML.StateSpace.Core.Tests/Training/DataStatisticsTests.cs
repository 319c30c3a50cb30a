using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Training;

public class DataStatisticsTests
{
    [Fact]
    public void Store_TakesMeanAndDeviation_OverAllStepsOfAllSequences()
    {
        var options = ModelCases.Options("S5, sequence to sequence");
        var data = ModelCases.Data(options, 5, 60, 17);
        var model = new SequenceNetwork(options);
        var parameters = model.Layout.Create(new Random(1));
        DataStatistics.Store(model, parameters, data);
        Check("Input", [.. Enumerable.Range(0, 3).SelectMany(i => data.Values(i).ToArray().Chunk(2))]);
        Check("Output", [.. Enumerable.Range(0, 3).SelectMany(i => data.TargetsOf(i).ToArray().Chunk(2))]);

        void Check(string scope, float[][] rows)
        {
            for (int c = 0; c < 2; c++)
            {
                double mean = rows.Average(row => (double)row[c]), deviation = Math.Sqrt(rows.Average(row => Math.Pow(row[c] - mean, 2)));
                parameters[$"{scope}.Mean"][c].Should().BeApproximately(mean, Tolerance.Elementwise * deviation);
                parameters[$"{scope}.Deviation"][c].Should().BeApproximately(deviation, Tolerance.Elementwise * deviation);
            }
        }
    }
}
