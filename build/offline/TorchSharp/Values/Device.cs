// Mirrors TorchSharp.torch.Device and the functions of torch that make one. There is one device here, the CPU; asking for another fails as it does
// in the original without its native package or its driver.
namespace TorchSharp;

public static partial class torch
{
    public class Device
    {
        public Device(string description)
        {
            string[] parts = description.Split(':');
            type = Parse(parts[0]);
            if (parts.Length == 2)
                index = int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture);
        }

        public Device(string deviceType, int index = -1)
            : this(Parse(deviceType), index)
        {
        }

        public Device(DeviceType deviceType, int index = -1) => (type, this.index) = (deviceType, index);

        public Device(int index)
            : this(DeviceType.CUDA, index)
        {
        }

        public DeviceType type { get; }

        public int index { get; } = -1;

        public static implicit operator Device(string description) => new(description);

        public override string ToString()
        {
            string name = type.ToString().ToLowerInvariant();
            return type == DeviceType.CPU || index == -1 ? name : $"{name}:{index}";
        }

        private static DeviceType Parse(string name) => (DeviceType)Enum.Parse(typeof(DeviceType), name.ToUpperInvariant());
    }

    public static readonly Device CPU = InitializeDevice(new Device(DeviceType.CPU));
    public static readonly Device META = InitializeDevice(new Device(DeviceType.META));

    private static Device s_defaultDevice = CPU;

    public static Device CUDA => InitializeDevice(new Device(DeviceType.CUDA));

    public static Device MPS => InitializeDevice(new Device(DeviceType.MPS));

    public static Device device(string description) => InitializeDevice(new Device(description));

    public static Device device(string deviceType, int index = -1) => InitializeDevice(new Device(deviceType, index));

    public static Device device(DeviceType deviceType, int index = -1) => InitializeDevice(new Device(deviceType, index));

    public static Device device(int index) => new(DeviceType.CUDA, index);

    public static Device get_default_device() => s_defaultDevice;

    public static void set_default_device(Device device) => s_defaultDevice = InitializeDevice(device);

    public static void set_default_device(string device) => set_default_device(new Device(device));

    public static Device InitializeDevice(Device device)
    {
        device ??= get_default_device();
        InitializeDeviceType(device.type);
        return device;
    }

    public static void InitializeDeviceType(DeviceType deviceType)
    {
        if (!TryInitializeDeviceType(deviceType))
            throw new InvalidOperationException($"Torch device type {deviceType} did not initialise on the current machine.");
    }

    public static bool TryInitializeDeviceType(DeviceType deviceType)
    {
        Native.EnsureLoaded();
        return deviceType is not (DeviceType.CUDA or DeviceType.MPS);
    }

    public static bool cuda_is_available() => cuda.is_available();

    public static bool mps_is_available() => false;

    public static class cuda
    {
        public static bool is_available() => TryInitializeDeviceType(DeviceType.CUDA);

        public static bool is_cudnn_available() => is_available();

        public static int device_count() => 0;

        public static void synchronize(Device device = null) => InitializeDeviceType(device?.type ?? DeviceType.CUDA);
    }
}
