namespace Microsoft.ML.StateSpace.Telemetry;

/// <summary>Makes the values of an event: numbers for charts, text, and the options and the end of a run for the table of runs.</summary>
internal static class EventValues
{
    // The enums DataClass and DataType.
    private const int TensorClass = 2, FloatType = 1, TextType = 7;

    /// <summary>A point of a chart. TensorBoard holds 32 bits of a number.</summary>
    public static ProtoWriter Scalar(string tag, double value)
        => new ProtoWriter().Text(EventFields.Tag, tag).Single(EventFields.SimpleValue, (float)value);

    /// <summary>A text in Markdown.</summary>
    public static ProtoWriter Text(string tag, string markdown)
        => Of(
            tag, "text", new ProtoWriter(),
            new ProtoWriter().Integer(EventFields.TensorType, TextType).Message(EventFields.TensorShape, new ProtoWriter())
                .Text(EventFields.TensorText, markdown));

    /// <summary>What a run was begun with: a row of the table of runs.</summary>
    /// <param name="options">Names and values, which are <see cref="double"/>, <see cref="bool"/> or text.</param>
    /// <param name="seconds">When it began, in seconds since 1970.</param>
    public static ProtoWriter SessionStart(IEnumerable<KeyValuePair<string, object>> options, double seconds)
    {
        var session = new ProtoWriter();
        foreach (var (name, value) in options)
        {
            var boxed = value switch
            {
                double number => new ProtoWriter().Double(EventFields.NumberValue, number),
                bool flag => new ProtoWriter().Integer(EventFields.BooleanValue, flag ? 1 : 0),
                _ => new ProtoWriter().Text(EventFields.TextValue, (string)value),
            };
            session.Message(EventFields.HParams, new ProtoWriter().Text(EventFields.MapKey, name).Message(EventFields.MapValue, boxed));
        }
        return Session("_hparams_/session_start_info", EventFields.SessionStart, session.Double(EventFields.StartTime, seconds));
    }

    /// <summary>How a run ended.</summary>
    public static ProtoWriter SessionEnd(SessionStatus status, double seconds)
        => Session(
            "_hparams_/session_end_info", EventFields.SessionEnd,
            new ProtoWriter().Integer(EventFields.Status, (int)status).Double(EventFields.EndTime, seconds));

    private static ProtoWriter Session(string tag, int field, ProtoWriter session)
        => Of(
            tag, "hparams", new ProtoWriter().Message(field, session),
            // All is in the content; the value is there because each value has one.
            new ProtoWriter().Integer(EventFields.TensorType, FloatType).Message(EventFields.TensorShape, new ProtoWriter())
                .Single(EventFields.TensorFloat, 0));

    private static ProtoWriter Of(string tag, string plugin, ProtoWriter content, ProtoWriter tensor)
    {
        var data = new ProtoWriter().Text(EventFields.PluginName, plugin).Message(EventFields.PluginContent, content);
        var metadata = new ProtoWriter().Message(EventFields.PluginData, data).Integer(EventFields.DataClass, TensorClass);
        return new ProtoWriter().Text(EventFields.Tag, tag).Message(EventFields.Tensor, tensor).Message(EventFields.Metadata, metadata);
    }
}
