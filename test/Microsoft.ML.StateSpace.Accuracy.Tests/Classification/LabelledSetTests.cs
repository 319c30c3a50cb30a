using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Accuracy.Classification;

namespace Microsoft.ML.StateSpace.Accuracy.Tests.Classification;

public sealed class LabelledSetTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void TsFiles_AreFoundWithASuffix_AndLabelsAreText()
    {
        File.WriteAllText(Path.Combine(_folder, "Sine_eq_TRAIN.ts"), "@classLabel true up down\n@data\n1,2:up\n3,4:down\n");
        File.WriteAllText(Path.Combine(_folder, "Sine_eq_TEST.ts"), "@classLabel true down\n@data\n5,6:down\n");

        var set = LabelledSet.OfTsFiles("Sine", _folder);
        var (train, test) = set.Load(new MLContext(), 1);

        set.Files.Select(Path.GetFileName).Should().Equal("Sine_eq_TRAIN.ts", "Sine_eq_TEST.ts");
        train.GetColumn<ReadOnlyMemory<char>>("Label").Select(label => label.ToString()).Should().Equal("up", "down");
        test.GetColumn<ReadOnlyMemory<char>>("Label").Select(label => label.ToString()).Should().Equal("down");
        test.GetColumn<float[]>("Features").Single().Should().Equal(5, 6);
    }

    [Fact]
    public void TsFiles_ThatAreMissing_AreNamed()
        => Invoking(() => LabelledSet.OfTsFiles("Sine", _folder)).Should().Throw<FileNotFoundException>().WithMessage("*Sine..._TRAIN.ts*");
}
