namespace Microsoft.ML.StateSpace.Tests.Forecasting.Histories;

/// <summary>What a shop has sold up to now, and the holidays that come.</summary>
public sealed class ShopHistory
{
    public string Name { get; set; } = "";

    /// <summary>(days, sales and heat and holiday).</summary>
    public float[] History { get; set; } = [];

    public float[] Holidays { get; set; } = [];
}
