using System.Net;
using System.Net.Sockets;

namespace LiveMonitor;

/// <summary>Ports for the silo, which nobody needs to know.</summary>
internal static class FreePort
{
    public static int Find()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
