namespace Microsoft.ML.StateSpace.Core.Tests.Options;

/// <summary>What would break a certificate is refused, with the reason.</summary>
public class L2RuValidateTests
{
    private static readonly Dictionary<string, (NetworkOptions Options, string Option, string Reason)> Wrong = new()
    {
        ["two-way"] = (new L2RuOptions { Bidirectional = true }, "Bidirectional", "causal"),
        ["layer norm"] = (new L2RuOptions { Norm = NormKind.LayerNorm }, "Norm", "without bound"),
        ["RMS norm"] = (new L2RuOptions { Norm = NormKind.RmsNorm }, "Norm", "without bound"),
        ["final norm"] = (new L2RuOptions { FinalNorm = NormKind.RmsNorm }, "FinalNorm", "without bound"),
        ["dropout"] = (new L2RuOptions { Dropout = 0.1 }, "Dropout", "1 / (1 - p)"),
        ["GLU block"] = (new L2RuOptions { Scaffold = new GluScaffold() }, "Scaffold", "CertifiedScaffold"),
        ["Wiener block"] = (new L2RuOptions { Scaffold = new WienerScaffold() }, "Scaffold", "CertifiedScaffold"),
        ["another core"] = (new LruOptions { Scaffold = new CertifiedScaffold() }, "Scaffold", "no bounded gain"),
        ["gain"] = (new L2RuOptions { Gain = 0 }, "Gain", "positive"),
        ["parametrisation"] = (new L2RuOptions { Parametrization = (L2RuParametrization)9 }, "Parametrization", "Dilation"),
        ["ring"] = (new L2RuOptions { RadiusMinimum = 0.995 }, "RadiusMinimum", "RadiusMaximum"),
        ["phase"] = (new L2RuOptions { PhaseMaximum = 0 }, "PhaseMaximum", "positive"),
        ["wide and dense"] = (new L2RuOptions { Parametrization = L2RuParametrization.Square, ModelSize = 65 }, "ModelSize", "dense"),
        ["square and not"] =
            (new L2RuOptions { Parametrization = L2RuParametrization.Square, ModelSize = 8,
                StateSize = 9 }, "StateSize", "as many states as channels"),
    };

    public static TheoryData<string> Names => [.. Wrong.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Validate_SaysWhy(string name)
    {
        var (options, option, reason) = Wrong[name];
        var error = Invoking(options.Validate).Should().ThrowExactly<ArgumentOutOfRangeException>().Which;
        error.ParamName.Should().Be(option);
        error.Message.Should().StartWith(option);
        error.Message.Should().Contain(reason);
    }

    [Fact]
    public void Validate_AcceptsWhatCanBeCertified()
    {
        foreach (var parametrization in Enum.GetValues<L2RuParametrization>())
            new L2RuOptions { Gain = 3, Parametrization = parametrization, Norm = NormKind.None, Dropout = 0, Bidirectional = false,
                Scaffold = new CertifiedScaffold() }.Validate();
    }
}
