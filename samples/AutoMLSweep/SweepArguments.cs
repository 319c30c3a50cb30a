using System.Globalization;

namespace AutoMLSweep;

/// <summary>What the command line asks for.</summary>
internal sealed class SweepArguments
{
    private const uint UsualSeconds = 120;

    public string? TrainFile { get; private set; }

    public string? TestFile { get; private set; }

    public uint Seconds { get; private set; } = UsualSeconds;

    public string Folder { get; private set; } = "";

    public int[] Seeds { get; private set; } = [1];

    /// <summary>Seconds of each sweep of the proof; <see langword="null"/> where none is asked for.</summary>
    public int? Proof { get; private set; }

    /// <summary>Names of the sets of the proof; <see langword="null"/> is all.</summary>
    public string[]? Sets { get; private set; }

    public string Name => TrainFile is null ? "digits" : Path.GetFileNameWithoutExtension(TrainFile).Replace("_TRAIN", "");

    public static SweepArguments Parse(string[] args)
    {
        var parsed = new SweepArguments();
        for (int i = 0; i + 1 < args.Length; i += 2)
            parsed.Set(args[i], args[i + 1]);
        if (args.Length % 2 != 0 || (parsed.TrainFile is null) != (parsed.TestFile is null))
        {
            throw new ArgumentException(
                "usage: [--train X_TRAIN.ts --test X_TEST.ts] [--seconds N] [--folder FOLDER] "
                + "[--seeds 1,2] [--proof SECONDS] [--sets A,B]");
        }
        if (parsed.Folder == "")
            parsed.Folder = Directory.CreateTempSubdirectory("sweep-").FullName;
        return parsed;
    }

    private void Set(string option, string value)
    {
        switch (option)
        {
            case "--train":
                TrainFile = value;
                break;
            case "--test":
                TestFile = value;
                break;
            case "--seconds":
                Seconds = uint.Parse(value, CultureInfo.InvariantCulture);
                break;
            case "--folder":
                Folder = value;
                break;
            case "--seeds":
                Seeds = [.. value.Split(',').Select(s => int.Parse(s, CultureInfo.InvariantCulture))];
                break;
            case "--proof":
                Proof = int.Parse(value, CultureInfo.InvariantCulture);
                break;
            case "--sets":
                Sets = value.Split(',');
                break;
            default:
                throw new ArgumentException($"Unknown option {option}.");
        }
    }
}
