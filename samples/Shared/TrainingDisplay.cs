using Microsoft.ML.StateSpace;
using Spectre.Console;
using static System.FormattableString;

namespace Samples;

/// <summary>Shows how training goes: a live line with a bar in a terminal, one plain line an epoch elsewhere.</summary>
internal sealed class TrainingDisplay : IProgress<TrainingProgress>
{
    private ProgressTask? _task;

    /// <summary>Runs what reports to this display.</summary>
    public T Show<T>(Func<T> train)
    {
        if (Console.IsOutputRedirected || !AnsiConsole.Profile.Capabilities.Interactive)
            return train();
        return AnsiConsole.Progress()
            .Columns(new ProgressBarColumn { Width = 20 }, new TaskDescriptionColumn { Alignment = Justify.Left })
            .Start(context =>
            {
                _task = context.AddTask("training begins");
                T result = train();
                _task.Value = _task.MaxValue;
                _task = null;
                return result;
            });
    }

    /// <summary>Called by the trainer after every epoch.</summary>
    public void Report(TrainingProgress value)
    {
        string validation = double.IsNaN(value.ValidationMetric) ? "" : Invariant($"  {value.MetricName} {value.ValidationMetric:F3}");
        string line = Invariant($"epoch {value.Epoch,3}/{value.Epochs}  loss {value.TrainingLoss:F4}{validation}")
            + Invariant($"  {value.SequencesPerSecond:F0} sequences/s  {value.Remaining:m\\:ss} left");
        if (_task is not { } task)
        {
            Console.WriteLine(line);
            return;
        }
        task.Description = Markup.Escape(line);
        task.MaxValue = value.Epochs;
        task.Value = value.Epoch;
    }
}
