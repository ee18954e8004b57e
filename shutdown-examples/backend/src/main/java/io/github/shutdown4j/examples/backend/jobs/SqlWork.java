package io.github.shutdown4j.examples.backend.jobs;

import java.sql.Connection;
import java.sql.SQLException;

/** Work within one transaction. */
@FunctionalInterface
public interface SqlWork<T> {

    /** Neither commits nor closes the connection. */
    T run(Connection connection) throws SQLException;
}
