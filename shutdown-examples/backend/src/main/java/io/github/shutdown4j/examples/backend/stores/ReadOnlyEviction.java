package io.github.shutdown4j.examples.backend.stores;

import java.sql.SQLException;

import com.zaxxer.hikari.SQLExceptionOverride;

/**
 * Makes the pool close a connection that accepts no writes. By default it keeps the connections to a former primary for
 * up to half an hour.
 */
public final class ReadOnlyEviction implements SQLExceptionOverride {

    @java.lang.Override // the enum of the interface has the same name
    public Override adjudicate(SQLException e) {
        return DatabaseErrors.isReadOnly(e) ? Override.MUST_EVICT : Override.CONTINUE_EVICT;
    }
}
