namespace Tagging;

/// <summary>
/// A direct-current motor with a permanent magnet that turns a machine. With the armature's voltage u, current i and speed w,
/// <code>
/// L di/dt = u - R i - K w
/// J dw/dt = K i - b w - (torques that resist)
/// </code>
/// R, K, b and the rotor's inertia are those measured on a motor of an undergraduate laboratory of Carnegie Mellon University, as printed
/// in the Control Tutorials for MATLAB and Simulink of the University of Michigan ("DC Motor Position: System Modeling"). The
/// inertia and the friction of the machine, and a spread between motors of one series, are our own choice. L / R is 0.7
/// microseconds, so the current is always at the value where di/dt is zero.
/// </summary>
internal sealed class DcMotor
{
    /// <summary>Steps of Euler's method in a second of the motor.</summary>
    public const int EulerStepsPerSecond = 1000;

    private const double EulerStep = 1.0 / EulerStepsPerSecond;
    private const double RotorInertia = 3.2284e-6, ViscousFriction = 3.5077e-6;

    private readonly double _resistance, _constant, _inertia, _friction;

    /// <summary>A motor of the series: each parameter is up to a tenth away from its nominal value.</summary>
    public DcMotor(Random random)
    {
        double Spread() => 0.9 + 0.2 * random.NextDouble();
        _resistance = 4 * Spread();
        _constant = 0.0274 * Spread();
        _inertia = 50 * RotorInertia * Spread();
        _friction = 0.008 * Spread();
    }

    /// <summary>Speed of the shaft, rad/s. It turns one way.</summary>
    public double Speed { get; private set; }

    /// <summary>Current through the armature, A.</summary>
    public double Current { get; private set; }

    /// <summary>Voltage between the terminals, V. Without a drive it is what the turning shaft induces.</summary>
    public double Voltage { get; private set; }

    /// <summary>The speed that the motor reaches at a voltage without a load, rad/s.</summary>
    public double FreeSpeed(double voltage)
        => Math.Max(0, (_constant * voltage / _resistance - _friction) / (_constant * _constant / _resistance + ViscousFriction));

    /// <summary>The voltage that the turning shaft induces, V.</summary>
    public double InducedVoltage => _constant * Speed;

    /// <summary>Runs the motor for one step.</summary>
    /// <param name="drive">The drive's voltage, V; <see langword="null"/> where the drive is off and no current flows.</param>
    /// <param name="load">Torque of the load, or of what blocks the shaft, N m. Like friction it resists, and turns nothing.</param>
    public void Step(double? drive, double load)
    {
        Voltage = drive ?? InducedVoltage;
        Current = (Voltage - InducedVoltage) / _resistance;
        double driven = Speed + EulerStep * (_constant * Current - ViscousFriction * Speed) / _inertia;
        Speed = Math.Max(0, driven - EulerStep * (_friction + load) / _inertia);
    }
}
