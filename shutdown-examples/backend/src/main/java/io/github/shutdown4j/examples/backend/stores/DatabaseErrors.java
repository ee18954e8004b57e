package io.github.shutdown4j.examples.backend.stores;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;

/** The one place that decides whether an error of PostgreSQL is temporary. All others are mistakes in this program. */
public final class DatabaseErrors {

    private DatabaseErrors() {}

    /** By class, or by the state of PostgreSQL: 08 connection, 57P shutting down or starting, 53 out of resources. */
    public static boolean isUnavailable(SQLException e) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        return e instanceof SQLTransientConnectionException
                || e instanceof SQLNonTransientConnectionException
                || state.startsWith("08")
                || state.startsWith("57P")
                || state.startsWith("53")
                || isReadOnly(e);
    }

    /** Whether the session accepts no writes, as on a replica after a fail-over: another connection may lead to the primary. */
    public static boolean isReadOnly(SQLException e) {
        return "25006".equals(e.getSQLState());
    }
}
