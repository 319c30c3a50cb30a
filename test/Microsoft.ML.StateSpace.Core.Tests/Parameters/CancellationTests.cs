using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Enrolments;

namespace Microsoft.ML.StateSpace.Core.Tests.Parameters;

public class CancellationTests
{
    [Fact]
    public void Create_EndsInTheMidstOfAParameter()
    {
        using var source = new CancellationTokenSource();
        var layout = new ParameterLayout();
        int draws = 0;
        layout.Add("Table", [1_000_000], ParameterGroup.Plain, (values, random) =>
        {
            foreach (ref float value in values)
            {
                value = random.NextSingle();
                if (++draws == 10)
                    source.Cancel();
            }
        });

        Invoking(() => layout.Create(new Random(1), source.Token)).Should().Throw<OperationCanceledException>();

        draws.Should().Be(10);
    }

    [Fact]
    public void ATokenThatMayBeCancelled_ChangesNoDraw()
    {
        using var source = new CancellationTokenSource();
        foreach (var (name, options) in CoreEnrolment.All.SelectMany(enrolment => enrolment.Models))
        {
            var layout = new SequenceNetwork(options).Layout;
            layout.Create(new Random(3), source.Token).Values.Should().BeBitwise(layout.Create(new Random(3)).Values, name);
        }
    }
}
