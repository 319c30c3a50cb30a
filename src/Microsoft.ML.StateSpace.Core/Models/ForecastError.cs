namespace Microsoft.ML.StateSpace.Models;

/// <summary>An error of a forecast, of equations that had not seen the value.</summary>
/// <param name="Series">Which series; an object for each.</param>
/// <param name="Target">Which target.</param>
/// <param name="Error">Value less forecast, in units of the running scale of the series.</param>
/// <param name="Scale">The running scale.</param>
internal readonly record struct ForecastError(object Series, int Target, double Error, double Scale);
