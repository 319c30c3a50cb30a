using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Accuracy.Identification;

namespace Microsoft.ML.StateSpace.Accuracy.Methods;

/// <summary>A small network, records that it learns from, and records that it is then judged by.</summary>
/// <param name="Name">The name on the command line and in the table.</param>
/// <param name="Network">The network, the same for all methods.</param>
/// <param name="Iterations">
/// The iterations of a method; of Levenberg-Marquardt, which takes a backward pass for each value, a quarter of them.
/// </param>
/// <param name="Records">What is learnt from and what is judged by, for a seed, and how many first samples do not count.</param>
/// <param name="File">The file of a public record; <see langword="null"/> where the records are drawn.</param>
internal sealed record Trainee(
    string Name, NetworkOptions Network, int Iterations, Func<int, (Recording[] Train, Recording[] Test, int Skip)> Records,
    string? File = null)
{
    /// <summary>Two linear layers that must find a teacher of their own class, and two plants.</summary>
    public static IReadOnlyList<Trainee> All { get; } =
    [
        new("teachers-lru", Linear(new LruOptions()), 600, Teacher.Records),
        new("teachers-s5", Linear(new S5Options()), 600, Teacher.Records),
        Of("heating", "heating_system", Linear(new LruOptions())),
        Of("tanks", "cascadedtanks", new LruOptions { Layers = 2, ModelSize = 6, StateSize = 6, Bidirectional = false }),
    ];

    /// <summary>Rows of inputs and outputs, of one signal each.</summary>
    public static IDataView View(MLContext mlContext, IEnumerable<Recording> records)
    {
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Input)].ColumnType = schema[nameof(Row.Target)].ColumnType
            = new VectorDataViewType(NumberDataViewType.Single, 0, 1);
        return mlContext.Data.LoadFromEnumerable(
            records.Select(record => new Row
            {
                Input = Recording.TimeMajor(record.Inputs), Target = Recording.TimeMajor(record.Outputs),
            }),
            schema);
    }

    // As many states as the teacher has, and room for one more channel.
    private static NetworkOptions Linear(NetworkOptions core)
        => core with
        {
            Layers = 1, ModelSize = 2, StateSize = Teacher.States, Bidirectional = false, Scaffold = new LinearScaffold(),
            Norm = NormKind.None,
        };

    private static Trainee Of(string name, string plantName, NetworkOptions network)
    {
        var plant = Plant.All.Single(plant => plant.Name == plantName);
        return new(name, network, 600, _ =>
        {
            var data = plant.Read();
            return ([data.Train], [data.Tests[0].Record], data.Tests[0].Skip);
        }, plant.Path);
    }

    private sealed class Row
    {
        public float[] Input { get; set; } = [];

        public float[] Target { get; set; } = [];
    }
}
