using System.Globalization;
using Microsoft.ML.StateSpace.ModelFiles;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Enrolments;

namespace Microsoft.ML.StateSpace.Core.Tests.ModelFiles;

public class ModelFileTests
{
    [Fact]
    public void Read_GivesBackEveryBitThatWasWritten()
    {
        var model = SmallModel.Create();

        var read = SmallModel.Read(SmallModel.Write(model));

        read.Parameters.Values.Should().BeBitwise(model.Parameters.Values);
        read.Parameters.Parameters.Select(Describe).Should().Equal(model.Parameters.Parameters.Select(Describe));
        read.Options.Should().Be(model.Options);
        read.Summary.Options.ClassWeights.Should().Equal(model.Summary.Options.ClassWeights);
        WithoutWeights(read.Summary).Should().Be(WithoutWeights(model.Summary));
    }

    [Fact]
    public void Read_GivesBackTheWindow_AndNoneOfAnOlderFile()
    {
        var model = SmallModel.Create();
        var cut = model with { Summary = model.Summary with { Options = model.Summary.Options with { Window = 64 } } };
        byte[] older = SmallModel.Edit(SmallModel.Write(model), """\"Window\":null,""", "                ");

        SmallModel.Read(SmallModel.Write(cut)).Summary.Options.Window.Should().Be(64);
        SmallModel.Read(older).Summary.Options.Epochs.Should().Be(7);
        SmallModel.Read(older).Summary.Options.Window.Should().BeNull();
    }

    [Fact]
    public void Read_KnowsEveryCore()
    {
        foreach (var options in CoreEnrolment.All.SelectMany(core => core.Models).Select(model => model.Options))
            SmallModel.Read(SmallModel.Write(SmallModel.Create(options, withExtremes: false))).Options.Should().Be(options);
    }

    [Fact]
    public void Write_GivesTheSameFileTwice()
    {
        byte[] file = SmallModel.Write(SmallModel.Create());

        SmallModel.Write(SmallModel.Read(file)).Should().Equal(file);
    }

    [Fact]
    public void Write_DoesNotDependOnTheCulture()
    {
        byte[] file = SmallModel.Write(SmallModel.Create());
        var before = CultureInfo.CurrentCulture;
        var comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        comma.NumberFormat.NumberDecimalSeparator = ",";
        comma.NumberFormat.NegativeSign = "~";
        try
        {
            CultureInfo.CurrentCulture = comma;

            SmallModel.Write(SmallModel.Read(file)).Should().Equal(file);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Read_StopsWhereTheModelEnds()
    {
        byte[] file = SmallModel.Write(SmallModel.Create());
        var stream = new MemoryStream([.. file, .. file, 1, 2, 3]);

        ModelFile.Read(stream);
        stream.Position.Should().Be(file.Length);
        ModelFile.Read(stream);
        stream.Position.Should().Be(2 * file.Length);
    }

    [Fact]
    public void ReadAndWrite_NeedNoSeeking()
    {
        using var inner = new MemoryStream();
        ModelFile.Write(new ForwardOnlyStream(inner), SmallModel.Create());
        inner.Position = 0;

        var read = ModelFile.Read(new ForwardOnlyStream(inner));

        read.Parameters.Values.Should().BeBitwise(SmallModel.Create().Parameters.Values);
    }

    [Fact]
    public void Read_ThrowsOnNull() => Invoking(() => ModelFile.Read(null!)).Should().ThrowExactly<ArgumentNullException>();

    private static string Describe(Parameter p) => $"{p.Name} ({string.Join(", ", p.Shape)}) {p.Group} {p.Offset}";

    private static TrainingSummary WithoutWeights(TrainingSummary summary)
        => summary with { Options = summary.Options with { ClassWeights = null } };
}
