using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Core.Tests.Analysis.Control;

public class RefusalTests
{
    [Fact]
    public void Of_RefusesWhatIsNoNetwork()
    {
        SequenceModelOptions[] others = [EnsembleCases.Options(EnsembleCases.AllNames.First()), BankCases.All.First().Value];
        foreach (var options in others)
        {
            Invoking(() => PontryaginAnalysis.Of(ControlCases.Model(options, new ParameterSet([])), ModelCases.Data(options, 20)))
                .Should().Throw<NotSupportedException>().WithMessage("*An analysis of costates needs a model that is one network*");
        }
    }

    [Fact]
    public void Of_RefusesPairs()
    {
        var options = ModelCases.Options("Pairs, two-way");
        var data = ModelCases.Data(options, 20);
        Invoking(() => PontryaginAnalysis.Of(ControlCases.Model(options, data), data))
            .Should().Throw<NotSupportedException>().WithMessage("*An analysis of costates needs a model of single sequences*");
    }

    [Fact]
    public void Of_RefusesASequenceThatIsNotThere()
    {
        var options = ModelCases.Options("Tagging");
        var data = ModelCases.Data(options, 5, 6);
        var model = ControlCases.Model(options, data);
        foreach (int index in (int[])[-1, 2])
            Invoking(() => PontryaginAnalysis.Of(model, data, index)).Should().Throw<ArgumentOutOfRangeException>();
    }
}
