using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Core.Tests.Analysis;

/// <summary>Kernels of all linear time-invariant recurrences: response to an impulse, and convolution in the place of the scan.</summary>
public class ConvolutionKernelTests
{
    private const int Steps = 60;

    private static readonly Dictionary<string, NetworkOptions> Recurrences = new()
    {
        ["LRU"] = Small(new LruOptions()),
        ["LRU, pre form, dense D"] = Small(new LruOptions { Form = SystemForm.Pre, FeedThrough = FeedThroughKind.Dense }),
        ["LRU, two-way"] = Small(new LruOptions(), true),
        ["S5"] = Small(new S5Options()),
        ["S5, pre form without D, two-way"] = Small(
            new S5Options { Form = SystemForm.Pre, FeedThrough = FeedThroughKind.None, Discretization = Discretization.Bilinear }, true),
        ["S4D"] = Small(new S4DOptions { Initialization = S4DInitialization.LegS, StepSizeMinimum = 0.02 }),
        ["S4D on a ring, two-way"] = Small(new S4DOptions { Initialization = S4DInitialization.Ring }, true),
        ["S4"] = Small(new S4Options { StepSizeMinimum = 0.02 }),
        ["S4, two-way"] = Small(new S4Options { StepSizeMinimum = 0.02 }, true),
        ["L2RU"] = Small(new L2RuOptions()),
        ["L2RU, square"] = Small(new L2RuOptions { Parametrization = L2RuParametrization.Square }) with { StateSize = null },
        ["L2RU, non-square"] = Small(new L2RuOptions { Parametrization = L2RuParametrization.NonSquare }),
    };

    public static TheoryData<string> Names => [.. Recurrences.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Kernel_IsTheResponseOfTheLayerToAnImpulse(string name)
    {
        var model = TrainedCoreRun.Create(Recurrences[name]);
        var kernel = ConvolutionKernel.OfCore(model, 1, Steps);
        int middle = kernel.IsBidirectional ? Steps - 1 : 0;
        for (int input = 0; input < kernel.Inputs; input++)
        {
            var impulse = new double[middle + Steps, kernel.Inputs];
            impulse[middle, input] = 1;
            double[,] response = TrainedCoreRun.Scan(model, 1, impulse);
            var expected = new double[response.GetLength(0), kernel.Outputs];
            for (int t = 0; t < expected.GetLength(0); t++)
                for (int o = 0; o < kernel.Outputs; o++)
                    expected[t, o] = kernel[t - middle, o, input];
            response.Flat().ToFloat().Should().BeNear(expected.Flat(), Tolerance.Forward, $"input {input}");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Convolution_IsTheScan(string name)
    {
        var model = TrainedCoreRun.Create(Recurrences[name]);
        var kernel = ConvolutionKernel.OfCore(model, 0, 2 * Steps);
        double[,] record = Dense.Of(Draw.Uniform(2 * Steps * kernel.Inputs, 5).ToDouble(), kernel.Inputs);
        TrainedCoreRun.Scan(model, 0, record).Flat().ToFloat()
            .Should().BeNear(kernel.Convolve(record).Flat(), Tolerance.Forward, "y");
    }

    [Fact]
    public void Kernel_OfAChannel_IsTheImpulseResponseOfItsSystem()
    {
        var model = TrainedCoreRun.Create(Recurrences["S4"]);
        var kernel = ConvolutionKernel.OfCore(model, 1, Steps);
        var system = LinearSystem.OfChannel(model, 1, 2);
        double[,,] response = system.ImpulseResponse(Steps);
        Enumerable.Range(0, Steps).Select(t => kernel[t, 2, 2]).Should().Equal(response.Cast<double>());
        system.IsStable().Should().BeTrue();
        kernel.IsPerChannel.Should().BeTrue();
        kernel[3, 1, 2].Should().Be(0);
    }

    [Fact]
    public void PreForm_WithoutD_AnswersAStepLate()
    {
        var model = TrainedCoreRun.Create(Small(new LruOptions { Form = SystemForm.Pre, FeedThrough = FeedThroughKind.None }));
        var kernel = ConvolutionKernel.OfCore(model, 0, 3);
        kernel[0, 1, 1].Should().Be(0);
        kernel[1, 1, 1].Should().NotBe(0);
        FluentActions.Invoking(() => kernel[-1, 0, 0]).Should().Throw<ArgumentOutOfRangeException>();
    }

    private static T Small<T>(T options, bool twoWay = false)
        where T : NetworkOptions
        => options with { Layers = 2, ModelSize = 5, StateSize = 4, Bidirectional = twoWay, Dropout = 0 };
}
