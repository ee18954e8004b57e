package io.github.shutdown4j.examples.backend;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;

import io.github.shutdown4j.examples.backend.settings.Settings;
import io.github.shutdown4j.examples.backend.web.HealthChecks;

/**
 * Queries PostgreSQL over its own connection with its own limits, because a pool whose connections are all in use is not an
 * outage. For one thread at a time.
 */
final class DatabaseCheck implements HealthChecks.Check, AutoCloseable {

    private final String url;
    private final Properties properties = new Properties();
    private final int seconds;
    private Connection connection; // null: not connected

    DatabaseCheck(String url, Settings settings, Duration limit) {
        this.url = url;
        seconds = (int) Math.max(1, limit.toSeconds());
        settings.databaseUser().ifPresent(user -> properties.setProperty("user", user));
        settings.databasePassword().ifPresent(password -> properties.setProperty("password", password));
        properties.setProperty("connectTimeout", Integer.toString(seconds));
        properties.setProperty("socketTimeout", Integer.toString(seconds));
        properties.setProperty("ApplicationName", "shutdown4j-backend health");
    }

    @Override
    public synchronized void run() throws SQLException {
        if (connection == null) {
            connection = DriverManager.getConnection(url, properties);
        }
        try {
            query();
        } catch (SQLException e) {
            close(); // the next check connects again: after a fail-over this session may stay read-only
            throw e;
        }
    }

    private void query() throws SQLException {
        if (!connection.isValid(seconds)) {
            throw new SQLException("PostgreSQL does not answer within " + seconds + " s");
        }
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("show transaction_read_only")) {
            row.next();
            if (row.getString(1).equals("on")) {
                throw new SQLException("PostgreSQL accepts no writes, as a replica does");
            }
        }
    }

    @Override
    public synchronized void close() throws SQLException {
        Connection old = connection;
        connection = null;
        if (old != null) {
            old.close();
        }
    }
}
