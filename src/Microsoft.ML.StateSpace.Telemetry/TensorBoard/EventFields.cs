namespace Microsoft.ML.StateSpace.Telemetry;

/// <summary>
/// Numbers of the fields that are written, by the published messages of TensorBoard: <c>event.proto</c>, <c>summary.proto</c>,
/// <c>tensor.proto</c>, <c>plugins/hparams/plugin_data.proto</c> and Google's <c>struct.proto</c>.
/// </summary>
internal static class EventFields
{
    // Event
    public const int WallTime = 1, Step = 2, FileVersion = 3, Summary = 5;

    // Summary, and Summary.Value
    public const int SummaryValue = 1, Tag = 1, SimpleValue = 2, Tensor = 8, Metadata = 9;

    // SummaryMetadata, and its PluginData
    public const int PluginData = 1, DataClass = 4, PluginName = 1, PluginContent = 2;

    // TensorProto
    public const int TensorType = 1, TensorShape = 2, TensorFloat = 5, TensorText = 8;

    // HParamsPluginData, SessionStartInfo and SessionEndInfo
    public const int SessionStart = 3, SessionEnd = 4, HParams = 1, StartTime = 5, Status = 1, EndTime = 2;

    // An entry of a map, and google.protobuf.Value
    public const int MapKey = 1, MapValue = 2, NumberValue = 2, TextValue = 3, BooleanValue = 4;
}
