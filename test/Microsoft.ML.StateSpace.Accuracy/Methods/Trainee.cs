using Microsoft.ML.StateSpace.Accuracy.Identification;

namespace Microsoft.ML.StateSpace.Accuracy.Methods;

/// <summary>A small network and its data, the same for all methods.</summary>
/// <param name="Name">The name on the command line and in the table.</param>
/// <param name="MostPasses">The passes over the training data that a method may take.</param>
/// <param name="Learner">What is trained, for a seed.</param>
/// <param name="File">The file of public data; <see langword="null"/> where the data are drawn.</param>
internal sealed record Trainee(string Name, int MostPasses, Func<int, Learner> Learner, string? File = null)
{
    /// <summary>The names of the ways that it is trained by.</summary>
    public IReadOnlyList<string> Ways { get; init; } = [.. Way.All.Select(way => way.Name)];

    /// <summary>The largest number of seeds that it is worth.</summary>
    public int MostSeeds { get; init; } = int.MaxValue;

    /// <summary>
    /// Linear layers that must find a teacher of their own class, with as many states and, as who does not know the order would take, twice
    /// as many; two plants, one of them also as its users would simulate it, told the first outputs, with many more passes, for the methods
    /// that gain from them; and a classifier. A Jacobian for Levenberg-Marquardt takes more passes on the 1,024 steps of the tanks than
    /// there are.
    /// </summary>
    public static IReadOnlyList<Trainee> All { get; } =
    [
        OfTeachers("teachers-lru", Linear(new LruOptions(), Teacher.States)),
        OfTeachers("teachers-s5", Linear(new S5Options(), Teacher.States)),
        OfTeachers("teachers-lru-twice", Linear(new LruOptions(), 2 * Teacher.States)),
        OfTeachers("teachers-s5-twice", Linear(new S5Options(), 2 * Teacher.States)),
        Of("heating", "heating_system", Linear(new LruOptions(), Teacher.States), isLinear: true),
        Of("heating-told", "heating_system", Linear(new LruOptions(), Teacher.States), isLinear: true, isTold: true)
            with { Ways = [.. Way.All.Where(way => way.IsSecondOrder || way.OfAdamW == 1).Select(way => way.Name)] },
        Of("tanks", "cascadedtanks", new LruOptions { Layers = 2, ModelSize = 6, StateSize = 6, Bidirectional = false }, isLinear: false)
            with { Ways = [.. Way.All.Where(way => way.Method is not LevenbergMarquardtOptions).Select(way => way.Name)] },
        new("small-digits", 100, SmallDigits.Learner, SmallDigits.Path)
        {
            MostSeeds = 3, Ways = ["AdamW", "gradient descent", "proximal MSA", "extended MSA"],
        },
    ];

    // Room for one more channel than the input.
    private static NetworkOptions Linear(NetworkOptions core, int states)
        => core with
        {
            Layers = 1, ModelSize = 2, StateSize = states, Bidirectional = false, Scaffold = new LinearScaffold(), Norm = NormKind.None,
        };

    private static Trainee OfTeachers(string name, NetworkOptions network)
        => new(name, 6000, Simulator.Of(network, isLinear: true, Teacher.Records));

    private static Trainee Of(string name, string plantName, NetworkOptions network, bool isLinear, bool isTold = false)
    {
        var plant = Plant.All.Single(plant => plant.Name == plantName);
        int told = isTold ? Arx.MostOrder : 0;
        return new(name, isTold ? 60_000 : isLinear ? 6000 : 600, Simulator.Of(network, isLinear, _ =>
        {
            var data = plant.Read();
            return ([data.Train], [data.Tests[0].Record], Math.Max(data.Tests[0].Skip, told));
        }, told), plant.Path);
    }
}
