using Microsoft.Data.Sqlite;

namespace Microsoft.ML.StateSpace.Grains.Silos;

/// <summary>
/// The least that Orleans' providers of clustering and of grain storage need in a file of SQLite. They read their queries from the table
/// OrleansQuery, and know parameters and columns by their names. Each change is a single statement, so that none is half made where a silo
/// is killed. That a membership row and the version of its cluster change together is left to triggers.
/// </summary>
internal static class SqliteScript
{
    private const string Tables = """
        PRAGMA journal_mode = WAL;
        CREATE TABLE OrleansQuery (QueryKey TEXT PRIMARY KEY, QueryText TEXT NOT NULL);
        CREATE TABLE Clusters (DeploymentId TEXT PRIMARY KEY, Version INTEGER NOT NULL);
        CREATE TABLE Silos (
            DeploymentId TEXT, Address TEXT, Port INTEGER, Generation INTEGER, SiloName TEXT, HostName TEXT, Status INTEGER,
            ProxyPort INTEGER, SuspectTimes TEXT, StartTime TEXT, IAmAliveTime TEXT,
            PRIMARY KEY (DeploymentId, Address, Port, Generation));
        CREATE TRIGGER Joined AFTER INSERT ON Silos BEGIN
            UPDATE Clusters SET Version = Version + 1 WHERE DeploymentId = new.DeploymentId;
        END;
        CREATE TRIGGER Changed AFTER UPDATE OF Status ON Silos BEGIN
            UPDATE Clusters SET Version = Version + 1 WHERE DeploymentId = new.DeploymentId;
        END;
        CREATE TABLE States (
            ServiceId TEXT, GrainTypeString TEXT, GrainIdExtensionString TEXT, GrainIdN0 INTEGER, GrainIdN1 INTEGER,
            PayloadBinary BLOB, Version INTEGER NOT NULL,
            PRIMARY KEY (ServiceId, GrainTypeString, GrainIdExtensionString, GrainIdN0, GrainIdN1));
        """;

    private const string IsCurrent = "EXISTS (SELECT 1 FROM Clusters WHERE DeploymentId = @DeploymentId AND Version = @Version)";

    private const string IsSilo = "DeploymentId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation";

    private const string ReadSilos = """
        SELECT s.Address, s.Port, s.Generation, s.SiloName, s.HostName, s.Status, s.ProxyPort, s.SuspectTimes, s.StartTime, s.IAmAliveTime,
            c.Version
        FROM Clusters c LEFT JOIN Silos s ON s.DeploymentId = c.DeploymentId
        """;

    // A key has one column that may be empty.
    private const string IsGrain = """
        ServiceId = @ServiceId AND GrainTypeString = @GrainTypeString AND GrainIdExtensionString = ifnull(@GrainIdExtensionString, '')
        AND GrainIdN0 = @GrainIdN0 AND GrainIdN1 = @GrainIdN1
        """;

    private static readonly (string Key, string Text)[] Queries =
    [
        ("GatewaysQueryKey", """
            SELECT Address, ProxyPort, Generation FROM Silos WHERE DeploymentId = @DeploymentId AND Status = @Status AND ProxyPort > 0
            """),
        ("MembershipReadAllKey", $"{ReadSilos} WHERE c.DeploymentId = @DeploymentId"),
        ("MembershipReadRowKey", $"""
            {ReadSilos} AND s.Address = @Address AND s.Port = @Port AND s.Generation = @Generation WHERE c.DeploymentId = @DeploymentId
            """),
        ("InsertMembershipVersionKey", "INSERT OR IGNORE INTO Clusters VALUES (@DeploymentId, 0); SELECT changes()"),
        ("InsertMembershipKey", $"""
            INSERT OR IGNORE INTO Silos SELECT @DeploymentId, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, NULL,
                @StartTime, @IAmAliveTime WHERE {IsCurrent};
            SELECT changes()
            """),
        ("UpdateMembershipKey", $"""
            UPDATE Silos SET Status = @Status, SuspectTimes = @SuspectTimes, IAmAliveTime = @IAmAliveTime WHERE {IsSilo} AND {IsCurrent};
            SELECT changes()
            """),
        ("UpdateIAmAlivetimeKey", $"UPDATE Silos SET IAmAliveTime = @IAmAliveTime WHERE {IsSilo}"),
        ("DeleteMembershipTableEntriesKey", """
            DELETE FROM Silos WHERE DeploymentId = @DeploymentId; DELETE FROM Clusters WHERE DeploymentId = @DeploymentId
            """),
        // Of a silo that is active, which has the status 3, the row stays.
        ("CleanupDefunctSiloEntriesKey", """
            DELETE FROM Silos WHERE DeploymentId = @DeploymentId AND IAmAliveTime < @IAmAliveTime AND Status <> 3
            """),
        ("ReadFromStorageKey", $"SELECT PayloadBinary, Version FROM States WHERE {IsGrain}"),
        // No row comes back where another has written in between.
        ("WriteToStorageKey", """
            INSERT INTO States VALUES (@ServiceId, @GrainTypeString, ifnull(@GrainIdExtensionString, ''), @GrainIdN0, @GrainIdN1,
                @PayloadBinary, 1)
            ON CONFLICT DO UPDATE SET PayloadBinary = excluded.PayloadBinary, Version = Version + 1 WHERE Version = @GrainStateVersion
            RETURNING Version AS NewGrainStateVersion
            """),
        ("ClearStorageKey", $"""
            UPDATE States SET PayloadBinary = NULL, Version = Version + 1 WHERE {IsGrain} AND Version = @GrainStateVersion
            RETURNING Version AS NewGrainStateVersion
            """),
    ];

    public static void Run(string connectionString)
    {
        using var connection = new SqliteConnection(connectionString);
        connection.Open();
        using var tables = connection.CreateCommand();
        tables.CommandText = Tables;
        tables.ExecuteNonQuery();
        foreach (var (key, text) in Queries)
        {
            using var insert = connection.CreateCommand();
            insert.CommandText = "INSERT INTO OrleansQuery VALUES (@Key, @Text)";
            insert.Parameters.AddWithValue("@Key", key);
            insert.Parameters.AddWithValue("@Text", text);
            insert.ExecuteNonQuery();
        }
    }
}
