package io.github.shutdown4j.examples.backend;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;

/** A separate database for one test; the test can make new sessions read-only, like those on a replica. */
final class OwnDatabase implements AutoCloseable {

    private final String name = "own_" + UUID.randomUUID().toString().replace("-", "");

    OwnDatabase() throws SQLException {
        execute("create database " + name);
    }

    String url() {
        return TestServers.databaseUrl().replace("/postgres?", "/" + name + "?");
    }

    /** For new sessions; existing ones do not change. */
    void newSessionsAreReadOnly(boolean readOnly) throws SQLException {
        execute("alter database " + name + " set default_transaction_read_only = " + (readOnly ? "on" : "off"));
    }

    @Override
    public void close() throws SQLException {
        execute("drop database " + name + " with (force)");
    }

    private static void execute(String sql) throws SQLException {
        try (Connection admin = DriverManager.getConnection(TestServers.databaseUrl());
                Statement statement = admin.createStatement()) {
            statement.execute(sql);
        }
    }
}
