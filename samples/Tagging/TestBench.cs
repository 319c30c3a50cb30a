namespace Tagging;

/// <summary>
/// Runs a motor through its states, in a random order and for random times, and measures it ten times a second. A change of the speed
/// set while the motor runs, and a load that fluctuates, make the states hard to tell apart from one measurement.
/// </summary>
internal sealed class TestBench
{
    /// <summary>Time steps a second.</summary>
    public const int Rate = 10;

    private const double VoltageNoise = 0.2, CurrentNoise = 0.15, SpeedNoise = 8;
    private const int EulerStepsPerSample = DcMotor.EulerStepsPerSecond / Rate;

    private readonly Random _random;
    private readonly DcMotor _motor;
    private State _state = State.Idle;
    private double _secondsLeft, _voltage, _target, _slew, _torque, _torqueTarget, _fluctuation;

    private TestBench(Random random)
    {
        _random = random;
        _motor = new DcMotor(random);
        _secondsLeft = Between(0.5, 3);
    }

    /// <summary>A record of so many time steps, of another motor of the series each.</summary>
    public static MotorRecord Run(int samples, Random random)
    {
        var bench = new TestBench(random);
        var record = new MotorRecord { Features = new float[samples * MotorRecord.Channels], Label = new string[samples] };
        for (int k = 0; k < samples; k++)
        {
            bench.Advance();
            record.Label[k] = $"{bench._state}";
            bench.Measure(record.Features.AsSpan(k * MotorRecord.Channels, MotorRecord.Channels));
        }
        return record;
    }

    private void Measure(Span<float> sample)
    {
        sample[0] = (float)(_motor.Voltage + VoltageNoise * Gaussian());
        sample[1] = (float)(_motor.Current + CurrentNoise * Gaussian());
        sample[2] = (float)(_motor.Speed + SpeedNoise * Gaussian());
    }

    /// <summary>A tenth of a second: perhaps another state, then the motor's equations.</summary>
    private void Advance()
    {
        _secondsLeft -= 1.0 / Rate;
        if (Next() is { } next)
            Enter(next);
        if (_state is State.Free or State.Loaded && _random.NextDouble() < 0.03)
            _target = Math.Clamp(_target + Between(-4, 4), 8, 24);
        _fluctuation += -0.2 * _fluctuation + 0.2 * Gaussian();
        bool on = _state is not (State.Idle or State.Coasting);
        for (int step = 0; step < EulerStepsPerSample; step++)
        {
            _voltage = Towards(_voltage, _target, _slew);
            _torque = Towards(_torque, _torqueTarget, _state == State.Jammed ? 2 : 0.1);
            double fluctuating = _state == State.Loaded ? Math.Max(0, 1 + _fluctuation) : 1;
            _motor.Step(on ? _voltage : null, _torque * fluctuating);
        }
    }

    /// <summary>The state that begins now; <see langword="null"/> where the present one goes on.</summary>
    private State? Next() => _state switch
    {
        State.RunUp when _motor.Speed >= 0.95 * _motor.FreeSpeed(_target) => State.Free,
        State.Coasting when _motor.Speed < 2 => State.Idle,
        _ when _secondsLeft > 0 => null,
        State.Idle => Chance(0.15) ? State.Jammed : State.RunUp,
        State.RunUp => State.Jammed,
        State.Free => Chance(0.75) ? State.Loaded : State.Coasting,
        State.Loaded => Chance(0.4) ? State.Free : Chance(0.5) ? State.Jammed : State.Coasting,
        State.Jammed => _motor.Speed < 2 ? State.Idle : State.Coasting,
        _ => State.RunUp,
    };

    private void Enter(State state)
    {
        bool wasOff = _state is State.Idle or State.Coasting;
        _state = state;
        if (wasOff && state is State.RunUp or State.Jammed)
            SwitchOn();
        _torqueTarget = state switch
        {
            State.Loaded => Between(0.015, 0.06),
            State.Jammed => Between(0.2, 0.5),
            State.Coasting => _torqueTarget,
            _ => 0,
        };
        _secondsLeft = state switch
        {
            State.Idle => Between(0.5, 3),
            State.RunUp => Chance(0.1) ? Between(0.5, 2) : double.PositiveInfinity,
            State.Jammed => Between(0.5, 2.5),
            State.Coasting => Chance(0.4) ? Between(0.5, 2) : double.PositiveInfinity,
            _ => Between(1.5, 5),
        };
    }

    /// <summary>The drive begins at the voltage that the shaft induces and goes to what is set within 0.2 to 3 seconds.</summary>
    private void SwitchOn()
    {
        _voltage = _motor.InducedVoltage;
        _target = Between(Math.Max(10, _voltage), 24);
        _slew = 24 / Between(0.2, 3);
    }

    private static double Towards(double value, double target, double rate)
        => value + Math.Clamp(target - value, -rate / DcMotor.EulerStepsPerSecond, rate / DcMotor.EulerStepsPerSecond);

    private bool Chance(double probability) => _random.NextDouble() < probability;

    private double Between(double low, double high) => low + (high - low) * _random.NextDouble();

    private double Gaussian() => Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(Math.Tau * _random.NextDouble());
}
