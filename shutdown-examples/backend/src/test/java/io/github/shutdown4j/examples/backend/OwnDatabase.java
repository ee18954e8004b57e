package io.github.shutdown4j.examples.backend;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;

/** A database of one test alone; the test may make new sessions read-only, as those on a replica are. */
final class OwnDatabase implements AutoCloseable {

    private final String name = "own_" + UUID.randomUUID().toString().replace("-", "");

    OwnDatabase() throws SQLException {
        execute("create database " + name);
    }

    String url() {
        return TestServers.databaseUrl().replace("/postgres?", "/" + name + "?");
    }

    /** For new sessions; existing ones stay as they are. */
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
