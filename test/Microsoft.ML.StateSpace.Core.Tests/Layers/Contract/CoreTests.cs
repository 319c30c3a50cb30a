using Microsoft.ML.StateSpace.Testing.Enrolments;

namespace Microsoft.ML.StateSpace.Core.Tests.Layers;

/// <summary>The laws of layers for the layers of every core, as its enrolment lists them.</summary>
[Trait("Kind", "Law")]
public class CoreTests
{
    private static readonly Dictionary<string, LayerCase> All
        = CoreEnrolment.All.SelectMany(core => core.Layers).ToDictionary(layer => layer.Name);

    public static TheoryData<string> Names => [.. All.Keys];

    public static TheoryData<string> CausalNames => [.. All.Values.Where(layer => layer.IsCausal).Select(layer => layer.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Forward_MatchesOracle_AtEveryLength(string name) => Laws(name).Forward_MatchesOracle_AtEveryLength();

    [Theory]
    [MemberData(nameof(Names))]
    public void Forward_MatchesOracle_AtEveryWidth(string name) => Laws(name).Forward_MatchesOracle_AtEveryWidth();

    [Theory]
    [MemberData(nameof(Names))]
    public void Forward_GivesASequenceAlone_TheBitsOfItsRowsInABatch(string name)
        => Laws(name).Forward_GivesASequenceAlone_TheBitsOfItsRowsInABatch();

    [Theory]
    [MemberData(nameof(Names))]
    public void Backward_MatchesNumericGradient(string name) => Laws(name).Backward_MatchesNumericGradient();

    [Theory]
    [MemberData(nameof(Names))]
    public void Backward_AddsToWhatIsThere(string name) => Laws(name).Backward_AddsToWhatIsThere();

    [Theory]
    [MemberData(nameof(Names))]
    public void Pass_AllocatesNothing(string name) => Laws(name).Pass_AllocatesNothing();

    [Theory]
    [MemberData(nameof(CausalNames))]
    public void Step_MatchesForward(string name) => Laws(name).Step_MatchesForward();

    [Theory]
    [MemberData(nameof(CausalNames))]
    public void Step_AllocatesNothing(string name) => Laws(name).Step_AllocatesNothing();

    private static EnrolledLaws Laws(string name) => new(All[name]);

    private sealed class EnrolledLaws(LayerCase layer) : CausalLayerLaws(layer);
}
