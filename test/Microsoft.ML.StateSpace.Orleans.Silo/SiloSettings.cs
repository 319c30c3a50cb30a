using System.Text.Json;

namespace Microsoft.ML.StateSpace.Grains.Silos;

/// <summary>What the process that starts a silo tells it, as one argument in JSON.</summary>
internal sealed record SiloSettings
{
    /// <summary>Where the silos of the cluster find each other, and keep the states of streams.</summary>
    public required Database Database { get; init; }

    /// <summary>What this cluster is called in its database.</summary>
    public string Cluster { get; init; } = $"{Guid.NewGuid():N}";

    /// <summary>The port at which other silos reach this one.</summary>
    public int SiloPort { get; init; }

    /// <summary>The port at which clients reach it.</summary>
    public int GatewayPort { get; init; }

    /// <summary>The file of the model whose streams are called <see cref="ModelName"/>.</summary>
    public required string ModelFile { get; init; }

    /// <summary>Steps behind which the state of a stream is kept.</summary>
    public int KeepEverySteps { get; init; } = new StreamOptions().KeepEverySteps;

    /// <summary>How silos train for a sweep; <see langword="null"/> where they do not.</summary>
    public SweepSettings? Sweep { get; init; }

    /// <summary>Whether a dead silo is found in a second or two, where Orleans' own settings take longer.</summary>
    public bool IsQuick { get; init; }

    /// <summary>Seconds that a client waits for an answer; Orleans' own are 30.</summary>
    public double ResponseSeconds { get; init; } = 30;

    /// <summary>Processors that .NET counts in the silo's process; 0 for those there are.</summary>
    public int Processors { get; init; }

    /// <summary>The name of the model on every silo.</summary>
    public const string ModelName = "plant";

    public string ToArgument() => JsonSerializer.Serialize(this);

    public static SiloSettings Parse(string argument) => JsonSerializer.Deserialize<SiloSettings>(argument)!;
}
