namespace Tagging;

/// <summary>What a motor does.</summary>
internal enum State
{
    /// <summary>The drive is off and the shaft at rest.</summary>
    Idle,

    /// <summary>The drive is on and brings the shaft to its speed, from rest or while it still turns.</summary>
    RunUp,

    /// <summary>The shaft has reached its speed and drives nothing.</summary>
    Free,

    /// <summary>The shaft drives a load.</summary>
    Loaded,

    /// <summary>The shaft is blocked and the drive has not yet tripped.</summary>
    Jammed,

    /// <summary>The drive is off and the shaft still turns.</summary>
    Coasting,
}
