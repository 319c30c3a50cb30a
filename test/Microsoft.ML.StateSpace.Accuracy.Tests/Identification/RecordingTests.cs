using Microsoft.ML.StateSpace.Accuracy.Identification;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Accuracy.Tests.Identification;

public sealed class RecordingTests
{
    [Fact]
    public void TimeMajor_PutsTheSignalsOfAStepSideBySide()
    {
        double[][] signals = [[1, 2, 3], [10, 20, 30]];
        Recording.TimeMajor(signals).Should().Equal(1, 10, 2, 20, 3, 30);
        Recording.Signals(Recording.TimeMajor(signals), 2).Should().BeEquivalentTo(signals, options => options.WithStrictOrdering());
    }

    [Fact]
    public void Fit_Is100WhereAllIsRight_0AtTheMean_AndLeavesOutWhatIsSkipped()
    {
        double[] measured = [50, 1, 2, 3];
        Fit.Of(measured, measured).Should().Be(new Fit(100, 0));
        Fit.Of(measured, [0, 2, 2, 2], skip: 1).Percent.Should().BeApproximately(0, 1e-12);
        Fit.Of(measured, [0, 2, 3, 4], skip: 1).RootMeanSquaredError.Should().Be(1);
        Invoking(() => Fit.Of(measured, [1])).Should().Throw<ArgumentException>();
    }

    [Theory]
    [InlineData("\"u\",\"y\",\n1,2,\n3,4e1,,\n")]
    [InlineData("  1.0 \t 2\n\n 3   4e+001 \n")]
    public void Columns_AreReadFromBothKindsOfFile(string text)
    {
        string path = Path.GetTempFileName();
        File.WriteAllText(path, text);
        Plant.Columns(path).Should().BeEquivalentTo((double[][])[[1, 3], [2, 40]], options => options.WithStrictOrdering());
        File.Delete(path);
    }

    [SharedDataFact("cascadedtanks", "silverbox", "daisy")]
    public void Plants_HaveTheSizesThatTheirNotesGive()
    {
        int Steps(string name) => Plant.All.Single(plant => plant.Name == name).Read().Train.Steps;
        Steps("cascadedtanks").Should().Be(1024);
        Steps("silverbox").Should().Be(65_062);
        Steps("CD_player_arm").Should().Be(1024);
        Steps("heating_system").Should().Be(400);
        var furnace = Plant.All.Single(plant => plant.Name == "glassfurnace").Read();
        furnace.Train.Inputs.Should().HaveCount(3);
        furnace.Train.Outputs.Should().HaveCount(6);
        // The second half alone, and at the end of the whole record.
        furnace.Tests[1].Record[furnace.Tests[1].Skip..].Outputs[5].Should().Equal(furnace.Tests[0].Record.Outputs[5]);
    }
}
