using Microsoft.ML.AutoML;
using Microsoft.ML.SearchSpace;
using Microsoft.ML.StateSpace.AutoML.Spaces;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.AutoML.Trials;

/// <summary>
/// What the training of a configuration will cost, known before anything is trained: the number of parameters of its state-space steps.
/// Nearly every parameter is one multiply-add a time step, and scans keep pace with them. Measured over sizes, cores and blocks whose times
/// differ by a factor of a hundred, the time for a parameter stays within a factor of four of the middle.
/// </summary>
/// <param name="pipeline">The pipeline.</param>
internal sealed class PipelineCost(SweepablePipeline pipeline)
{
    private readonly MLContext _context = new(seed: 0);

    /// <summary>Parameters of a configuration; <see langword="null"/> where it cannot be built, which its trial will report.</summary>
    /// <param name="parameter">The parameter of a trial.</param>
    public double? Of(Parameter parameter)
    {
        var count = new Count();
        count.AttachTo(_context);
        try
        {
            pipeline.BuildFromOption(_context, parameter[TrialTraining.PipelineSpace]);
        }
        catch (ArgumentException)
        {
            return null;
        }
        return count.Parameters;
    }

    private sealed class Count : IStepVisitor
    {
        public double Parameters { get; private set; }

        public TrainingOptions Visit(SequenceTask task, SequenceSettings settings, AnswerColumns columns)
        {
            // Sizes that are left open hardly depend on the data, so those of one short sequence serve for all.
            var layout = TargetLayout.Of(task, outputs: 2);
            var data = new SequenceSet(1, layout);
            if (layout.Kind == TargetKind.Class)
                data.Add([0], label: 0);
            else
                data.Add([0], targets: [0, 0]);
            var model = ModelTraining.Resolve(
                new() { Task = task, Inputs = 1, Outputs = 2, Architecture = settings.Architecture }, data);
            Parameters += SequenceModel.Create(model).Layout.Length;
            return settings.Training;
        }
    }
}
