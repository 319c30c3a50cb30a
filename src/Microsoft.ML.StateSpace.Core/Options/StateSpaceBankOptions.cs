namespace Microsoft.ML.StateSpace;

/// <summary>
/// A bank of random state spaces with a read-out in closed form. Its filters are drawn at random, with memories from a step to the length
/// of the sequences, and stay as they are; only a linear read-out of what is counted of their outputs is learnt, by ridge regression whose
/// penalty is chosen by leave-one-out or on held-out sequences. So there is no learning rate, no epoch, and training takes seconds. It is
/// the default for classes and values of whole sequences, where no training data is too small for it, and for values at every time step.
/// </summary>
/// <remarks>
/// In the words of system identification a Wiener model: linear dynamics, a static nonlinearity, a linear read-out. The features are those
/// of random convolutions (Dempster, Petitjean, Webb, "ROCKET", Data Mining and Knowledge Discovery 34, 2020; "MiniRocket", KDD 2021;
/// Tan et al., "MultiRocket", 2022; Dempster, Schmidt, Webb, "Hydra", 2023), with state spaces in the place of the convolutions: what a
/// filter costs does not depend on how long it remembers, and it runs as a stream.
/// <para>
/// For an answer a time step the read-out is that of the states themselves, of static mixtures of them, and of filters of the mixtures: a
/// Wiener-Hammerstein model (Schoukens, Ljung, arXiv:1902.00683, 2019). Its filters have order one, and some have poles that are estimated
/// from the data. Ridge regressions of all degrees between a linear model and the whole are stacked, by what they predict for stretches of
/// time that they have not seen. Such a bank takes no <see cref="TrainingOptions.Window"/>.
/// </para>
/// <para>
/// Where time steps are not equally far apart, a filter forgets by its pole to the power of the interval. For an answer a time step its
/// input is held over the interval, so that a constant input leads to the same answer however it is sampled; for one answer a sequence,
/// where outputs are counted, each step is an impulse.
/// </para>
/// <para>
/// Of <see cref="TrainingOptions"/> a bank takes the seed, the class weights, the threads and the cancellation, which ends a fit with an
/// <see cref="OperationCanceledException"/>, since before the solution there is no model. A loss other than squared is refused. All else
/// speaks of optimiser steps and means nothing here: rates, epochs, batches, smoothing and reports; a held-out share, because leaving each
/// sequence out once tells as much; <see cref="TrainingOptions.OutputWeights"/>, because each output has a solution of its own; and
/// <see cref="TrainingOptions.CheckpointPath"/>, because a fit that was interrupted begins again within seconds.
/// </para>
/// </remarks>
public sealed record StateSpaceBankOptions : ArchitectureOptions
{
    internal const int UsualOrder = 4;

    private const int MostFilters = 1 << 16, MostFeedbackLags = 1024;

    /// <summary>
    /// Number of filters, up to 65,536, rounded up to a multiple of 128; for an answer a time step, filters of the inputs in all banks,
    /// each of which has at most 90. For a value a sequence it may be 0: the model is then a linear one, a regression on the last step and
    /// on the last states of filters with all memories. Default: <see langword="null"/>, chosen from the data.
    /// </summary>
    public int? Filters { get; init; }

    /// <summary>
    /// The largest order of a filter, from 1 to 4: equal poles in a row. A first-order filter forgets exponentially; one of a higher order
    /// looks at a window of the past. For an answer a time step, where filters have order one, it must stay at its default. Default: 4.
    /// </summary>
    public int LargestOrder { get; init; } = UsualOrder;

    /// <summary>
    /// Whether half of the filters read the sequence from its end, which a stream cannot do; for one answer a sequence, half of them also
    /// count the halves of a sequence apart. For an answer a time step, filters whose poles are estimated read from the start always, and
    /// a sequence is then scored whole, in some twenty bytes a time step beside the rows themselves. Default: <see langword="null"/>:
    /// bidirectional for one answer a sequence and for a tag a time step, causal for a value a time step.
    /// </summary>
    public bool? Bidirectional { get; init; }

    /// <summary>
    /// For a value a time step: the steps of the past inputs, an even number up to 1,024, that a further member of the stack looks at. This
    /// member is for plants whose outputs act back on them nonlinearly, such as a spring that stiffens or a reaction that heats itself: a
    /// polynomial NARX model (Leontaritis, Billings, 1985) that runs free, with powers and products of the inputs and of its own answers in
    /// the last half of these steps. 0 leaves it out. It reads forwards, and needs time steps that are equally far apart. Default:
    /// <see langword="null"/>: chosen from 8 to 256 where such a model runs clearly better than a linear one over stretches of time that it
    /// has not seen, else 0. Also a member that is asked for is left out where outputs are known at different time steps, or where none
    /// stays within twice the largest known output.
    /// </summary>
    public int? FeedbackLags { get; init; }

    internal override bool ReadsBothWays => Bidirectional == true;

    internal override void Validate()
    {
        OptionCheck.InRange(Filters, 0, MostFilters);
        OptionCheck.Size(LargestOrder, Kernels.FilterChain.MostOrders);
        OptionCheck.InRange(FeedbackLags, 0, MostFeedbackLags);
        if (FeedbackLags is { } lags && lags % 2 == 1)
            throw new ArgumentOutOfRangeException(
                nameof(FeedbackLags), lags,
                $"FeedbackLags must be even, such as {lags + 1}, since outputs are looked at half as far back.");
    }
}
