using Microsoft.ML.StateSpace.Testing;
using Tagging;

namespace Microsoft.ML.StateSpace.Tests.Accuracy;

/// <summary>The motor of samples/Tagging obeys the equations that it states, and a seed decides its records.</summary>
public sealed class MotorRecordTests
{
    private readonly DcMotor _motor = new(new Random(1));

    [Fact]
    public void Motor_ReachesTheSpeedAtWhichItsTorqueIsThatOfFriction()
    {
        Run(seconds: 60, drive: 24, load: 0);
        _motor.Speed.Should().BeApproximately(_motor.FreeSpeed(24), 1e-6);
    }

    [Fact]
    public void Load_CostsSpeedAndTakesCurrent()
    {
        Run(seconds: 60, drive: 24, load: 0);
        double freeCurrent = _motor.Current;
        Run(seconds: 60, drive: 24, load: 0.05);
        _motor.Speed.Should().BeInRange(1, _motor.FreeSpeed(24) - 1);

        // In steady running the torque K i is that of friction and load; K is within a tenth of 0.0274 N m/A.
        (_motor.Current - freeCurrent).Should().BeInRange(0.9 * 0.05 / (1.1 * 0.0274), 1.1 * 0.05 / (0.9 * 0.0274));
    }

    [Fact]
    public void RunUpAndLoad_LookTheSame_InOneMeasurement()
    {
        Run(seconds: 60, drive: 24, load: 0.05);
        var (speed, current) = (_motor.Speed, _motor.Current);
        var other = new DcMotor(new Random(1));
        while (other.Speed < speed)
            other.Step(24, 0);
        other.Step(24, 0);
        other.Speed.Should().BeApproximately(speed, 5);
        other.Current.Should().BeApproximately(current, 0.05);
    }

    [Fact]
    public void WithoutADrive_NoCurrentFlows_AndTheShaftComesToRest()
    {
        Run(seconds: 60, drive: 24, load: 0);
        double speed = _motor.Speed;
        Run(seconds: 1, drive: null, load: 0);
        _motor.Current.Should().Be(0);
        _motor.Voltage.Should().BeInRange(1, 24);
        _motor.Speed.Should().BeInRange(1, speed - 1);
        Run(seconds: 60, drive: null, load: 0);
        _motor.Speed.Should().Be(0);
    }

    [Fact]
    public void BlockedShaft_TakesTheVoltageOverTheResistance()
    {
        Run(seconds: 1, drive: 24, load: 1);
        _motor.Speed.Should().Be(0);
        _motor.Current.Should().BeInRange(24 / 4.4, 24 / 3.6);
    }

    [Fact]
    public void Records_HaveEveryState_AndFollowFromTheSeed()
    {
        MotorRecord[] Records() => [.. Enumerable.Range(0, 10).Select(seed => TestBench.Run(200 + seed, new Random(seed)))];
        MotorRecord[] records = Records(), again = Records();
        records.SelectMany(record => record.Label).Distinct().Should().BeEquivalentTo(Enum.GetNames<State>());
        for (int i = 0; i < records.Length; i++)
        {
            records[i].Label.Should().HaveCount(200 + i).And.Equal(again[i].Label);
            records[i].Features.Should().HaveCount(3 * (200 + i));
            records[i].Features.Should().BeBitwise(again[i].Features);
        }
    }

    private void Run(int seconds, double? drive, double load)
    {
        for (int step = 0; step < seconds * DcMotor.EulerStepsPerSecond; step++)
            _motor.Step(drive, load);
    }
}
