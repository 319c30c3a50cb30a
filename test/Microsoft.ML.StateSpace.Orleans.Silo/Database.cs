namespace Microsoft.ML.StateSpace.Grains.Silos;

/// <summary>A database, as Orleans' ADO.NET providers are told of it.</summary>
/// <param name="Invariant">Orleans' name of the kind of database.</param>
/// <param name="ConnectionString">Where it is.</param>
internal sealed record Database(string Invariant, string ConnectionString)
{
    /// <summary>A PostgreSQL server on which Orleans' scripts Main, Clustering and Persistence have been run.</summary>
    public static Database Postgres(string connectionString) => new("Npgsql", connectionString);

    /// <summary>A new file of SQLite with the tables and queries of <see cref="SqliteScript"/>.</summary>
    public static Database CreateSqlite(string path)
    {
        // Orleans' name is that of an older driver; what it loads is Microsoft.Data.Sqlite.
        var database = new Database("System.Data.SQLite", $"Data Source={path}");
        SqliteScript.Run(database.ConnectionString);
        return database;
    }
}
