using System.Diagnostics;
using TorchSharp;

namespace Microsoft.ML.StateSpace.GpuCheck;

/// <summary>What a check found.</summary>
/// <param name="IsPassed">Whether that is as it should be.</param>
/// <param name="Text">One line for a reader.</param>
/// <param name="Numbers">The numbers of that line by name.</param>
internal sealed record Finding(bool IsPassed, string Text, params (string Name, double Value)[] Numbers);

/// <summary>One run of the program: the device that is checked, the time there is, and the report.</summary>
internal sealed class Session(CheckOptions options, torch.Device device, Report report)
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    public CheckOptions Options => options;

    public torch.Device Device => device;

    public Report Report => report;

    public bool IsCuda => device.type == DeviceType.CUDA;

    /// <summary>
    /// On a CPU, whether libtorch uses all processors for one operation. For tensors as small as those of most checks that costs more than
    /// it brings, and much more where other programs are at work.
    /// </summary>
    public void UseAllProcessors(bool all)
    {
        if (!IsCuda)
            torch.set_num_threads(all ? Environment.ProcessorCount : 1);
    }

    /// <summary>Whether nothing more may begin.</summary>
    public bool IsOver => _clock.Elapsed.TotalMinutes >= options.Minutes;

    /// <summary>Runs a check, unless there is no time left, and reports it. A check that throws has failed.</summary>
    public void Check(string name, string subject, Func<Finding> check)
    {
        if (IsOver)
        {
            report.Add(new Outcome(name, subject, Verdict.NotRun, $"there was no time left of {options.Minutes} minutes", [], 0));
            return;
        }
        var clock = Stopwatch.StartNew();
        try
        {
            var finding = check();
            var verdict = finding.IsPassed ? Verdict.Passed : Verdict.Failed;
            report.Add(new Outcome(name, subject, verdict, finding.Text, finding.Numbers, clock.Elapsed.TotalSeconds));
        }
        catch (Exception error)
        {
            string text = $"{error.GetType().Name}: {error.Message.Trim().Split('\n')[0]}";
            report.Add(new Outcome(name, subject, Verdict.Failed, text, [], clock.Elapsed.TotalSeconds));
        }
    }
}
