using System.Globalization;

namespace Microsoft.ML.StateSpace.Accuracy;

/// <summary>What the command line asks for.</summary>
/// <param name="Words">Names of parts and of sets; none means all.</param>
/// <param name="Seeds">The number of seeds.</param>
/// <param name="Restart">Whether runs that are finished are made anew.</param>
/// <param name="Method">The architecture that is measured.</param>
internal sealed record Request(IReadOnlyList<string> Words, int Seeds, bool Restart, string Method = Ours.Default)
{
    public const string Usage = """
        usage: ./build.sh accuracy [part ...] [set ...] [--seeds N] [--restart] [--architecture A]

          parts: classification, identification, regression, forecasting, methods, mnist; none means all. Sets by name, such as
          Beef or cascadedtanks, limit the run to them; their table is printed, and BENCHMARKS.md, which has the tables of whole
          parts, is left alone.
          --seeds N     seeds 1 to N (default: 3; mnist takes one)
          --restart     makes finished runs anew; without it a run of the same library on the same data is taken from
                        artifacts/accuracy.jsonl
          --architecture A  bank, network (S5) or ensemble (both) in the place of the default; its tables are printed only
        """;

    /// <exception cref="ArgumentException">The command line cannot be understood.</exception>
    public static Request Parse(string[] arguments)
    {
        var words = new List<string>();
        int seeds = 3;
        bool restart = false;
        string method = Ours.Default;
        for (int i = 0; i < arguments.Length; i++)
        {
            if (arguments[i] == "--restart")
                restart = true;
            else if (arguments[i] == "--seeds")
                seeds = i + 1 < arguments.Length
                    && int.TryParse(arguments[++i], NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0
                        ? number : throw new ArgumentException($"--seeds needs a whole number of at least 1 behind it.\n{Usage}");
            else if (arguments[i] == "--architecture")
                method = i + 1 < arguments.Length && Ours.Methods.Contains(arguments[++i])
                    ? arguments[i] : throw new ArgumentException($"--architecture needs a kind of model behind it.\n{Usage}");
            else if (arguments[i].StartsWith('-'))
                throw new ArgumentException($"'{arguments[i]}' is not understood.\n{Usage}");
            else
                words.Add(arguments[i]);
        }
        return new Request(words, seeds, restart, method);
    }
}
