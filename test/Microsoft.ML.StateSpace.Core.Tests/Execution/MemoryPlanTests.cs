using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Tasks;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Core.Tests.Execution;

/// <summary>Where the values of a pass lie: never on one another while both are in use, and in little memory.</summary>
public class MemoryPlanTests
{
    private static readonly int[] Lengths = [33, 1, 70];

    public static TheoryData<string> Names => ModelCases.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Buffers_ThatAreInUseAtTheSameTime_DoNotOverlap(string name)
    {
        var program = Model(name).Program;
        foreach (var use in new[] { ArenaUse.Score, ArenaUse.Train, ArenaUse.Study, ArenaUse.Step })
        {
            foreach (int level in Levels(program, use))
            {
                var schedule = program.ScheduleFor(use, level);
                var plan = new MemoryPlan(schedule);
                foreach (var extent in new[] { new Extent(104, 3), new Extent(1, 1), new Extent(5000, 1), new Extent(104, 3) })
                {
                    plan.Fit(extent);
                    Check(schedule, plan);
                }
            }
        }
    }

    /// <summary>A value that is computed again has the bits that it had, so memory is a matter of time alone.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Gradient_HasTheSameBits_WhateverIsComputedAgain(string name)
    {
        var options = ModelCases.Options(name);
        var data = ModelCases.Data(options, Lengths);
        var (model, parameters) = ModelCases.Create(options, data);
        var batch = ModelCases.Batch(data);
        float[] Gradient(long budget, ArenaUse use)
        {
            var workspace = new Workspace(model, budget);
            float[] sums = new float[parameters.Values.Length], prepared = new float[model.Layout.PreparedLength];
            var weights = new Weights(parameters.Values, prepared);
            model.Prepare(weights);
            workspace.Pack(parameters.Values, batch, 0, batch.Count, use);
            workspace.Memory.All.Fill(float.NaN);
            workspace.Pack(parameters.Values, batch, 0, batch.Count, use);
            workspace.Forward(weights, dropoutKey: 5);
            TaskLoss.Of(options.Task, options.Outputs, new TrainingOptions())
                .Derivative(workspace.Output, workspace.Targets, 1, workspace.OutputGradient);
            var gradients = new Gradients(sums, new float[prepared.Length]);
            workspace.Backward(weights, gradients, dropoutKey: 5);
            model.PrepareBackward(weights, gradients);
            return sums;
        }

        var plan = new MemoryPlan(model.Program.ScheduleFor(ArenaUse.Train));
        int rows = Lengths.Sum(), sequences = options.HasPairs ? 2 * data.Count : data.Count;
        long whole = plan.Fit(new Extent(rows, sequences, data.Count)).Length;
        float[] expected = Gradient(long.MaxValue, ArenaUse.Train);
        expected.Should().OnlyContain(value => float.IsFinite(value)).And.Contain(value => value != 0);
        foreach (long budget in new[] { 0, whole / 2, whole * 3 / 4, whole - 1 })
            Gradient(budget, ArenaUse.Train).Should().BeBitwise(expected);
        Gradient(long.MaxValue, ArenaUse.Study).Should().BeBitwise(expected);
        Gradient(0, ArenaUse.Study).Should().BeBitwise(expected);
    }

    [Fact]
    public void Budget_IsKept_WhereOperationsCanBeComputedAgain()
    {
        var options = ModelCases.Options("S5, sequence to sequence");
        options = options with { Architecture = options.Network with { Layers = 6 } };
        var program = new SequenceNetwork(options).Program;
        var (choice, extent) = (new BudgetChoice(program), new Extent(4096, 1));
        long Length(Schedule schedule) => new MemoryPlan(schedule).Fit(extent).Length;

        long all = Length(choice.For(ArenaUse.Train, extent, long.MaxValue)), least = Length(choice.For(ArenaUse.Train, extent, 0));
        least.Should().BeLessThan(all / 2);
        choice.For(ArenaUse.Train, extent, all).Should().BeSameAs(program.ScheduleFor(ArenaUse.Train), "all fits");
        for (int percent = 60; percent < 100; percent += 10)
        {
            long budget = all * percent / 100;
            var chosen = choice.For(ArenaUse.Train, extent, budget);
            Length(chosen).Should().BeLessThanOrEqualTo(budget);
            chosen.Steps.Length.Should().BeLessThan(choice.For(ArenaUse.Train, extent, 0).Steps.Length, "less is done twice");
        }
    }

    [Fact]
    public void Fit_AllocatesNothing()
    {
        var plan = new MemoryPlan(Model("S5, sequence to sequence").Program.ScheduleFor(ArenaUse.Train));
        int rows = 1;
        NoAllocation.In(() => plan.Fit(new Extent(rows++, 1)));
    }

    /// <summary>Scoring takes turns in few places, so layers cost it no memory.</summary>
    [Fact]
    public void Scoring_TakesNoMoreMemory_WithMoreLayers()
    {
        long Length(int layers)
        {
            var options = ModelCases.Options("S5, sequence to sequence");
            var network = new SequenceNetwork(options with { Architecture = options.Network with { Layers = layers } });
            return new MemoryPlan(network.Program.ScheduleFor(ArenaUse.Score)).Fit(new Extent(2048, 1)).Length;
        }

        Length(9).Should().Be(Length(3));
    }

    private static int[] Levels(LayerProgram program, ArenaUse use)
        => use is ArenaUse.Train or ArenaUse.Study ? [0, program.Levels / 2, program.Levels] : [0];

    private static void Check(Schedule schedule, MemoryPlan plan)
    {
        var buffers = Enumerable.Range(0, schedule.Buffers.Length)
            .Select(i => (Life: schedule.Buffers[i], Place: plan.Slot(i))).ToArray();
        buffers.Should().OnlyContain(buffer => buffer.Place.Length == buffer.Life.Size(plan.Extent)
            && buffer.Place.Offset + buffer.Place.Length <= plan.Length);
        for (int i = 0; i < buffers.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                var (one, other) = (buffers[i].Place, buffers[j].Place);
                bool isApart = one.Offset >= other.Offset + other.Length || other.Offset >= one.Offset + one.Length;
                if (!isApart && buffers[i].Life.Overlaps(buffers[j].Life))
                    Assert.Fail($"Buffers {i} and {j} lie on one another while both are in use.");
            }
        }
    }

    private static SequenceNetwork Model(string name) => new(ModelCases.Options(name));
}
