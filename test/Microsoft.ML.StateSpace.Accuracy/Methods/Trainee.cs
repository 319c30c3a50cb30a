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
/// <param name="Told">The first outputs that the model is told when it is judged; they do not count.</param>
internal sealed record Trainee(
    string Name, NetworkOptions Network, int Iterations, Func<int, (Recording[] Train, Recording[] Test, int Skip)> Records,
    string? File = null, int Told = 0)
{
    /// <summary>
    /// Linear layers that must find a teacher of their own class, with as many states and, as who does not know the order would take, twice
    /// as many; and two plants, one of them also as its users would simulate it, told the first outputs.
    /// </summary>
    public static IReadOnlyList<Trainee> All { get; } =
    [
        new("teachers-lru", Linear(new LruOptions(), Teacher.States), 600, Teacher.Records),
        new("teachers-s5", Linear(new S5Options(), Teacher.States), 600, Teacher.Records),
        new("teachers-lru-twice", Linear(new LruOptions(), 2 * Teacher.States), 600, Teacher.Records),
        new("teachers-s5-twice", Linear(new S5Options(), 2 * Teacher.States), 600, Teacher.Records),
        Of("heating", "heating_system", Linear(new LruOptions(), Teacher.States)),
        Of("heating-told", "heating_system", Linear(new LruOptions(), Teacher.States), isTold: true),
        Of("heating-told-s5-twice", "heating_system", Linear(new S5Options(), 2 * Teacher.States), isTold: true),
        Of("tanks", "cascadedtanks", new LruOptions { Layers = 2, ModelSize = 6, StateSize = 6, Bidirectional = false }),
    ];

    /// <summary>Rows of inputs and outputs, of one signal each.</summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="records">The records.</param>
    /// <param name="known">The number of first outputs that are known; <see langword="null"/> where all are.</param>
    public static IDataView View(MLContext mlContext, IEnumerable<Recording> records, int? known = null)
    {
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Input)].ColumnType = schema[nameof(Row.Target)].ColumnType
            = new VectorDataViewType(NumberDataViewType.Single, 0, 1);
        return mlContext.Data.LoadFromEnumerable(
            records.Select(record => new Row
            {
                Input = Recording.TimeMajor(record.Inputs), Target = Known(Recording.TimeMajor(record.Outputs)),
            }),
            schema);

        float[] Known(float[] outputs)
        {
            outputs.AsSpan(Math.Min(known ?? outputs.Length, outputs.Length)).Fill(float.NaN);
            return outputs;
        }
    }

    // Room for one more channel than the input.
    private static NetworkOptions Linear(NetworkOptions core, int states)
        => core with
        {
            Layers = 1, ModelSize = 2, StateSize = states, Bidirectional = false, Scaffold = new LinearScaffold(),
            Norm = NormKind.None,
        };

    private static Trainee Of(string name, string plantName, NetworkOptions network, bool isTold = false)
    {
        var plant = Plant.All.Single(plant => plant.Name == plantName);
        int told = isTold ? Arx.MostOrder : 0;
        return new(name, network, 600, _ =>
        {
            var data = plant.Read();
            return ([data.Train], [data.Tests[0].Record], Math.Max(data.Tests[0].Skip, told));
        }, plant.Path, told);
    }

    private sealed class Row
    {
        public float[] Input { get; set; } = [];

        public float[] Target { get; set; } = [];
    }
}
