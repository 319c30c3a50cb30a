using System.Text.Json;
using Microsoft.ML.StateSpace.ModelFiles;

namespace Microsoft.ML.StateSpace.Core.Tests.Options;

/// <summary>Methods are kept in JSON, by the library's own reader and by that of the platform.</summary>
public class TrainingMethodTests
{
    public static TheoryData<TrainingMethod> Methods()
    {
        var methods = new TheoryData<TrainingMethod>();
        foreach (var kind in typeof(TrainingMethod).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(DescentOptions)) && !t.IsAbstract))
        {
            var method = (DescentOptions)Activator.CreateInstance(kind)! with { Regularization = 0.1, ResidualTolerance = 0.2 };
            methods.Add(method);
            methods.Add(new PolishOptions { Then = method });
            methods.Add(new PolishOptions { First = method, Then = method, Iterations = 7 });
        }
        return methods;
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Json_KeepsTheMethod(TrainingMethod method)
    {
        var options = new TrainingOptions { Method = method };
        ModelJson.Read<TrainingOptions>(ModelJson.Write(options)).Should().Be(options);
        JsonSerializer.Deserialize<TrainingOptions>(JsonSerializer.Serialize(options)).Should().Be(options);
    }

    [Fact]
    public void Methods_AreFound() => ((IEnumerable<object>)Methods()).Should().HaveCountGreaterThan(8);

    [Fact]
    public void Method_IsMeantForANetwork() => new TrainingOptions { Method = new LbfgsOptions() }.AsksForNetwork.Should().BeTrue();

    [Fact]
    public void Validate_NamesTheOption()
    {
        Named(new LbfgsOptions { Memory = 0 }, nameof(LbfgsOptions.Memory));
        Named(new LbfgsOptions { Regularization = -1 }, nameof(DescentOptions.Regularization));
        Named(new LbfgsOptions { ResidualTolerance = 1 }, nameof(DescentOptions.ResidualTolerance));
        Named(new GradientDescentOptions { Rate = 0 }, nameof(GradientDescentOptions.Rate));
        Named(new LevenbergMarquardtOptions { Damping = 0 }, nameof(LevenbergMarquardtOptions.Damping));
        Named(new PolishOptions { Then = new LbfgsOptions(), Iterations = 0 }, nameof(PolishOptions.Iterations));
        Named(new PolishOptions { Then = new LbfgsOptions { Memory = 0 } }, nameof(LbfgsOptions.Memory));

        static void Named(TrainingMethod method, string option)
            => Invoking(() => new TrainingOptions { Method = method }.Validate())
                .Should().Throw<ArgumentException>().Which.ParamName.Should().Be(option);
    }
}
