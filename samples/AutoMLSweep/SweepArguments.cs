using Samples;

namespace AutoMLSweep;

/// <summary>What the command line asks for.</summary>
internal sealed class SweepArguments
{
    private const uint UsualSeconds = 120;

    public string? TrainFile { get; private init; }

    public string? TestFile { get; private init; }

    public uint Seconds { get; private init; }

    public required string Folder { get; init; }

    public required int[] Seeds { get; init; }

    /// <summary>Seconds of each sweep of the proof; <see langword="null"/> where none is asked for.</summary>
    public int? Proof { get; private init; }

    /// <summary>Names of the sets of the proof; <see langword="null"/> is all.</summary>
    public string[]? Sets { get; private init; }

    public string Name => TrainFile is null ? "digits" : Path.GetFileNameWithoutExtension(TrainFile).Replace("_TRAIN", "");

    /// <exception cref="ArgumentException">Something else was given; the message says what can be.</exception>
    public static SweepArguments Parse(string[] args)
    {
        var given = Arguments.Parse(
            args,
            "AutoMLSweep [--train X_TRAIN.ts --test X_TEST.ts] [--seconds N] [--folder FOLDER] [--seeds N,...] [--proof SECONDS] "
            + "[--sets NAME,...]");
        if (given["--proof"] is not null && given["--train"] is not null)
            throw given.Refusal("--proof has data sets of its own: --train and --test do not go with it.");
        if (given["--sets"] is not null && given["--proof"] is null)
            throw given.Refusal("--sets chooses among the data sets of --proof, which is not given.");
        return new()
        {
            TrainFile = given["--train"],
            TestFile = given["--test"],
            Seconds = (uint?)given.Count("--seconds") ?? UsualSeconds,
            Folder = given["--folder"] ?? Directory.CreateTempSubdirectory("sweep-").FullName,
            Seeds = given.Numbers("--seeds") is { Length: > 0 } seeds ? seeds : [1],
            Proof = given.Count("--proof"),
            Sets = given.List("--sets"),
        };
    }
}
