using System.Globalization;

namespace Microsoft.ML.StateSpace.GpuCheck;

/// <summary>What the command line asks for.</summary>
/// <param name="Device"><c>cuda</c>, <c>cpu</c>, or <c>auto</c>, which is CUDA where there is one.</param>
/// <param name="IsSmall">Few and small measurements, for a CPU with little time.</param>
/// <param name="Minutes">Checks that have not begun after so many minutes are not run.</param>
/// <param name="JsonFile">Where the report goes as JSON; <see langword="null"/> for nowhere.</param>
internal sealed record CheckOptions(string Device, bool IsSmall, double Minutes, string? JsonFile)
{
    public const string Usage = """
        usage: gpu-check [--device auto|cuda|cpu] [--small] [--minutes N] [--json FILE]

          --device   where TorchSharp trains; auto, the default, takes CUDA where there is one and else the CPU
          --small    few and small measurements, about a minute on a CPU of two cores
          --minutes  checks that have not begun after N minutes are not run, and are reported so (default 7)
          --json     writes the report as JSON, too

        The environment variable STATESPACE_LIBTORCH names the folder with libtorch, such as torch/lib of an installed PyTorch.
        """;

    /// <summary>Reads the command line; <see langword="null"/> where it says nothing that this program knows.</summary>
    public static CheckOptions? Parse(string[] arguments)
    {
        var options = new CheckOptions("auto", IsSmall: false, Minutes: 7, JsonFile: null);
        for (int i = 0; i < arguments.Length; i++)
        {
            string? value = i + 1 < arguments.Length ? arguments[i + 1] : null;
            switch (arguments[i])
            {
                case "--small":
                    options = options with { IsSmall = true };
                    continue;
                case "--device" when value is "auto" or "cuda" or "cpu":
                    options = options with { Device = value };
                    break;
                case "--minutes" when double.TryParse(value, CultureInfo.InvariantCulture, out double minutes) && minutes > 0:
                    options = options with { Minutes = minutes };
                    break;
                case "--json" when value is not null:
                    options = options with { JsonFile = value };
                    break;
                default:
                    return null;
            }
            i++;
        }
        return options;
    }
}
