namespace Microsoft.ML.StateSpace.Models;

/// <summary>What kinds of features a forecaster has. A fit chooses by groups whether they help.</summary>
internal enum ForecastGroup
{
    /// <summary>What is linear in targets and covariates.</summary>
    Plain,

    /// <summary>Squares of covariates known ahead, with their averages.</summary>
    Square,

    /// <summary>Products of two covariates known ahead.</summary>
    Pair,

    /// <summary>Covariates known ahead in units of the level of a target, for effects that grow with it.</summary>
    Level,

    /// <summary>Static covariates of a series.</summary>
    Static,

    /// <summary>Products of static covariates with what they may act upon.</summary>
    StaticProduct,

    /// <summary>The interval before the row, and the time to the horizon step.</summary>
    Elapsed,

    /// <summary>Products of these with the past of a target.</summary>
    ElapsedProduct,
}
