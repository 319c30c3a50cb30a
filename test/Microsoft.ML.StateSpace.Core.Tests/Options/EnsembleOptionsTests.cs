namespace Microsoft.ML.StateSpace.Core.Tests.Options;

public class EnsembleOptionsTests
{
    private static readonly ArchitectureOptions[] Two = [new S5Options(), new LruOptions { Layers = 2 }];

    [Fact]
    public void Ensembles_CompareByTheirMembersAndWeights()
    {
        var ensemble = new EnsembleOptions { Members = Two, Weights = [1, 2] };

        ensemble.Should().Be(new EnsembleOptions { Members = [new S5Options(), new LruOptions { Layers = 2 }], Weights = [1, 2] });
        ensemble.GetHashCode().Should().Be(new EnsembleOptions { Members = [.. Two], Weights = [1, 2] }.GetHashCode());
        ensemble.Should().NotBe(new EnsembleOptions { Members = Two, Weights = [2, 1] });
        ensemble.Should().NotBe(new EnsembleOptions { Members = Two });
        ensemble.Should().NotBe(ensemble with { Members = [.. Two.Reverse()] });
    }

    [Fact]
    public void AListThatIsChangedLater_ChangesNothing()
    {
        ArchitectureOptions[] members = [.. Two];
        var ensemble = new EnsembleOptions { Members = members };
        members[0] = new LruOptions();

        ensemble.Members[0].Should().Be(new S5Options());
    }

    [Fact]
    public void Shares_AreTheWeightsDividedByTheirSum()
    {
        new EnsembleOptions { Members = Two, Weights = [1, 3] }.Shares().Should().Equal(0.25, 0.75);
        new EnsembleOptions { Members = Two }.Shares().Should().Equal(0.5, 0.5);
    }

    [Fact]
    public void Validate_NamesTheOption()
    {
        var ensemble = new EnsembleOptions { Members = Two };
        ensemble.Validate();
        (ensemble with { Members = [.. Enumerable.Repeat(Two[0], 16)] }).Validate();
        (EnsembleOptions Wrong, string Option, string Says)[] wrong =
        [
            (ensemble with { Members = [] }, "Members", "holds 0"),
            (ensemble with { Members = null! }, "Members", "holds 0"),
            (ensemble with { Members = [Two[0]] }, "Members", "from 2 to 16"),
            (ensemble with { Members = [.. Enumerable.Repeat(Two[0], 17)] }, "Members", "holds 17"),
            (ensemble with { Members = [Two[0], ensemble] }, "Members", "Members[1] must be a single model"),
            (ensemble with { Members = [null!, Two[0]] }, "Members", "Members[0] must be a single model, but is null"),
            (ensemble with { Members = [Two[0], new S5Options { Layers = 0 }] }, "Layers", "Layers"),
            (ensemble with { Weights = [1] }, "Weights", "one number for each of the 2"),
            (ensemble with { Weights = [1, 0] }, "Weights", "positive"),
            (ensemble with { Weights = [1, double.NaN] }, "Weights", "positive"),
            (ensemble with { Weights = [double.MaxValue, double.MaxValue] }, "Weights", "finite sum"),
        ];
        foreach (var (options, option, says) in wrong)
        {
            var error = Invoking(options.Validate).Should().ThrowExactly<ArgumentOutOfRangeException>().Which;
            error.ParamName.Should().Be(option);
            error.Message.Should().Contain(says);
        }
    }

    [Fact]
    public void RequireIntervals_AsksEachMember()
    {
        new EnsembleOptions { Members = [new S5Options(), new S5Options()] }.RequireIntervals();
        Invoking(() => new EnsembleOptions { Members = Two }.RequireIntervals())
            .Should().ThrowExactly<ArgumentOutOfRangeException>().WithMessage("*LruOptions has none*");
    }
}
