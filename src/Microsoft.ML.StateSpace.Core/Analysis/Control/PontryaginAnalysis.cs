using System.Runtime.ExceptionServices;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>
/// Looks at a trained network as at a solution of an optimal control problem (Pontryagin): which groups of parameters are stationary, how
/// far back the loss sees, and the costates and the Hamiltonian along one sequence. The loss is that of training, over the given sequences
/// in full length: with the <see cref="DescentOptions.Regularization"/> of the method that trained the model last, which adds to the
/// gradients of all parameters, and without the weight decay of AdamW, which is part of no loss. Costates are minus what backpropagation
/// takes back (Li, Chen, Tai, E, "Maximum Principle Based Algorithms for Deep Learning", JMLR 2018); residual and reach are this library's
/// own.
/// </summary>
/// <remarks>
/// Parameters do not change in time, so the maximum principle asks for stationarity alone, and that is all that is reported: in
/// <c>x' = (theta, theta^2)</c> the best theta is where the Hamiltonian is smallest, not largest.
/// </remarks>
/// <param name="Loss">The mean loss J, regularization included.</param>
/// <param name="Sequences">Sequences with a known target, over which means are taken.</param>
/// <param name="Terms">Of which terms the residuals are made.</param>
/// <param name="Residuals">How far each group of parameters is from being stationary, from the input to the answer.</param>
/// <param name="Layers">The costates in front of each layer.</param>
/// <param name="Cores">The costates of the states of each core with fixed poles; empty where no core has such.</param>
/// <param name="Trajectory">One sequence in full.</param>
public sealed record PontryaginAnalysis(
    double Loss, int Sequences, ResidualTerms Terms, IReadOnlyList<GroupResidual> Residuals,
    IReadOnlyList<LayerCostates> Layers, IReadOnlyList<CoreCostates> Cores, ControlTrajectory Trajectory)
{
    // Shares of the sequences, each the work of one thread. Their sums are added in order, so no number of threads changes a bit.
    private const int MostShares = 8;

    /// <summary>The analysis as tables of plain text.</summary>
    public override string ToString() => PontryaginTable.Of(this);

    /// <param name="model">The model, which must be a network.</param>
    /// <param name="set">Sequences with their targets, of which at least one is known.</param>
    /// <param name="trajectoryOf">The sequence that is reported in full.</param>
    /// <param name="threads">Threads; the result does not depend on them. <see langword="null"/> means one a processor.</param>
    /// <exception cref="NotSupportedException">The model is no network, or it answers pairs of sequences.</exception>
    internal static PontryaginAnalysis Of(TrainedModel model, SequenceSet set, int trajectoryOf = 0, int? threads = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(trajectoryOf);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(trajectoryOf, set.Count);
        const string What = "An analysis of costates";
        var network = NetworkOf.Create(model, What);
        NetworkOf.RequireSingleSequences(model, What);
        var parameters = model.Parameters.Clone();
        float[] prepared = new float[network.Layout.PreparedLength];
        network.Prepare(new Weights(parameters.Values, prepared));
        FiniteModel.Require(parameters, prepared);
        var training = model.Summary.Options;
        var loss = TaskLoss.Of(model.Options.Task, model.Options.Outputs, training);
        double[] weights = [.. Enumerable.Range(0, set.Count).Select(i => Weight(loss, set, i, training.Washout))];
        int[] known = [.. Enumerable.Range(0, set.Count).Where(i => weights[i] > 0)];
        double scale = known.Length / Math.Max(double.Epsilon, weights.Sum());
        var terms = known.Length < CostateSums.FewestSequences ? ResidualTerms.Stretches : ResidualTerms.Sequences;
        var table = new CoreTable(network);

        double regularization = training.Method switch
        {
            DescentOptions method => method.Regularization, PolishOptions polish => polish.Then.Regularization, _ => 0,
        };
        var groups = new ParameterGroups(parameters);

        CostateRun Run() => new(network, loss, parameters, prepared, set);
        CostateSums Empty() => new(table, groups, regularization, known.Length == 0 ? 1 : known.Max(set.Length));
        var sums = Sum(known, Run, Empty, threads, set, training.Washout, scale, terms);
        var poles = PoleTable.Of(network, parameters).ToLookup(pole => pole.Core, CostateReach.OfPole);
        return new(
            sums.Loss * scale / Math.Max(1, known.Length) + 0.5 * regularization * groups.SumOfSquares, known.Length,
            terms, sums.Residuals(known.Length), sums.Layers,
            [.. Enumerable.Range(0, table.Cores).Select(core => new CoreCostates(
                table.CoreName(core), sums.ReachOf(core), [.. poles[table.CoreName(core)].Order()]))],
            TrajectoryOf(Run(), set, trajectoryOf, training.Washout, scale, table));
    }

    private static CostateSums Sum(
        int[] known, Func<CostateRun> createRun, Func<CostateSums> createSums, int? threads, SequenceSet set, int washout, double scale,
        ResidualTerms terms)
    {
        int shares = Math.Clamp(known.Length, 1, MostShares);
        var sums = new CostateSums[shares];
        void SumShare(int share)
        {
            sums[share] = createSums();
            var run = createRun();
            for (long i = (long)share * known.Length / shares; i < (share + 1L) * known.Length / shares; i++)
            {
                run.Forward(set, known[i], washout);
                sums[share].Add(run, set.Targets, scale, terms);
            }
        }

        try
        {
            Parallel.For(0, shares, new ParallelOptions { MaxDegreeOfParallelism = threads ?? -1 }, SumShare);
        }
        catch (AggregateException several)
        {
            ExceptionDispatchInfo.Throw(several.InnerExceptions[0]); // as it would be with one thread
        }
        foreach (var other in sums.Skip(1))
            sums[0].Add(other);
        return sums[0];
    }

    private static ControlTrajectory TrajectoryOf(CostateRun run, SequenceSet set, int index, int washout, double scale, CoreTable table)
    {
        run.Forward(set, index, washout);
        var recorder = new TrajectoryRecorder(table, run.Rows);
        int answers = set.Targets.Rows(run.Rows);
        bool isStep = set.Targets.Axis == AnswerAxis.Step;
        run.Clear();
        run.Enter(scale, 0, answers);
        run.Backward(recorder);
        return recorder.Finish(
            index, scale * run.Loss(0, answers),
            [.. Enumerable.Range(0, run.Rows).Select(row => isStep ? scale * run.Loss(row, 1) : 0)]);
    }

    // The weight of the targets behind the washout.
    private static double Weight(TaskLoss loss, SequenceSet set, int index, int washout)
    {
        var layout = set.Targets;
        int skipped = layout.Axis == AnswerAxis.Step ? Math.Min(washout, set.Length(index)) : 0;
        var classes = set.Classes(index);
        var values = set.TargetsOf(index);
        return loss.Weight(new(
            classes.IsEmpty ? classes : classes[(skipped * layout.ClassWidth)..],
            values.IsEmpty ? values : values[(skipped * layout.ValueWidth)..]));
    }
}
