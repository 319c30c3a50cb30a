using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.ML.StateSpace.ModelFiles;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Testing.Enrolments;

namespace Microsoft.ML.StateSpace.Core.Tests.ModelFiles;

public class ModelFileTests
{
    [Fact]
    public void Read_GivesBackEveryBitThatWasWritten()
    {
        var model = SmallModel.Create();

        var read = SmallModel.Read(SmallModel.Write(model));

        Assert.Equal(MemoryMarshal.AsBytes(model.Parameters.Values), MemoryMarshal.AsBytes(read.Parameters.Values));
        Assert.Equal(model.Parameters.Parameters.Select(Describe), read.Parameters.Parameters.Select(Describe));
        Assert.Equal(model.Options, read.Options);
        Assert.Equal(model.Summary.Options.ClassWeights, read.Summary.Options.ClassWeights);
        Assert.Equal(WithoutWeights(model.Summary), WithoutWeights(read.Summary));
    }

    [Fact]
    public void Read_GivesBackTheWindow_AndNoneOfAnOlderFile()
    {
        var model = SmallModel.Create();
        var cut = model with { Summary = model.Summary with { Options = model.Summary.Options with { Window = 64 } } };
        byte[] older = SmallModel.Edit(SmallModel.Write(model), """\"Window\":null,""", "                ");

        Assert.Equal(64, SmallModel.Read(SmallModel.Write(cut)).Summary.Options.Window);
        Assert.Equal((7, null), (SmallModel.Read(older).Summary.Options.Epochs, SmallModel.Read(older).Summary.Options.Window));
    }

    [Fact]
    public void Read_KnowsEveryCore()
    {
        foreach (var architecture in CoreEnrolment.All.SelectMany(core => core.Models).Select(model => model.Options.Architecture))
        {
            var model = SmallModel.Create();
            model = model with { Options = model.Options with { Architecture = architecture } };

            Assert.Equal(architecture, SmallModel.Read(SmallModel.Write(model)).Options.Architecture);
        }
    }

    [Fact]
    public void Write_GivesTheSameFileTwice()
    {
        byte[] file = SmallModel.Write(SmallModel.Create());

        Assert.Equal(file, SmallModel.Write(SmallModel.Read(file)));
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

            Assert.Equal(file, SmallModel.Write(SmallModel.Read(file)));
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
        Assert.Equal(file.Length, stream.Position);
        ModelFile.Read(stream);
        Assert.Equal(2 * file.Length, stream.Position);
    }

    [Fact]
    public void ReadAndWrite_NeedNoSeeking()
    {
        using var inner = new MemoryStream();
        ModelFile.Write(new ForwardOnlyStream(inner), SmallModel.Create());
        inner.Position = 0;

        var read = ModelFile.Read(new ForwardOnlyStream(inner));

        Assert.Equal(MemoryMarshal.AsBytes(SmallModel.Create().Parameters.Values), MemoryMarshal.AsBytes(read.Parameters.Values));
    }

    [Fact]
    public void Read_ThrowsOnNull() => Assert.Throws<ArgumentNullException>(() => ModelFile.Read(null!));

    private static string Describe(Parameter p) => $"{p.Name} ({string.Join(", ", p.Shape)}) {p.Group} {p.Offset}";

    private static TrainingSummary WithoutWeights(TrainingSummary summary) => summary with { Options = summary.Options with { ClassWeights = null } };
}
