using Microsoft.ML.StateSpace.Tests.Testing;

namespace Microsoft.ML.StateSpace.Tests.Training;

/// <summary>Rows of very different lengths in one training.</summary>
public class LengthTests
{
    private readonly MLContext _ml = new(seed: 1);

    public static TheoryData<ScaffoldOptions> Convolving => [new MambaScaffold(), new HawkScaffold(), new H3Scaffold()];

    [Theory]
    [MemberData(nameof(Convolving))]
    public void Fit_TakesOneStepBesideThousands_WhereTheScaffoldHasAConvolution(ScaffoldOptions scaffold)
    {
        VariableRow[] rows =
        [
            .. new[] { 3000, 2, 2500, 1 }.Select((length, i) => new VariableRow
            {
                Features = [.. Enumerable.Range(0, length).Select(t => MathF.Sin(t * (1 + i)))], Name = Samples.Names[i % 2],
            }),
        ];
        var view = Views.Keyed(_ml, rows);
        var model = _ml.MulticlassClassification.Trainers.StateSpace(
            Views.Options(channels: 1) with { Architecture = Samples.Small with { Scaffold = scaffold } }).Fit(view);
        Cells.Read(model.Transform(view)).Should().HaveCount(rows.Length);
        model.Summary.Epochs.Should().Be(Samples.Quick.Epochs);
    }
}
