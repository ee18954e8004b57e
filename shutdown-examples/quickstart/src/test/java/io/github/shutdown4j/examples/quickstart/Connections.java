package io.github.shutdown4j.examples.quickstart;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The connections of one client, at most one to each port. */
final class Connections implements AutoCloseable {

    private final Map<Integer, KeepAliveClient> open = new HashMap<>();

    /** The connection that was used before, or a new one. */
    KeepAliveClient to(int port) throws IOException {
        KeepAliveClient connection = open.get(port);
        if (connection == null) {
            connection = new KeepAliveClient(port);
            open.put(port, connection);
        }
        return connection;
    }

    /** Closes the connection to this port, if there is one. */
    void forget(int port) {
        KeepAliveClient connection = open.remove(port);
        if (connection != null) {
            try {
                connection.close();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Override
    public void close() {
        List.copyOf(open.keySet()).forEach(this::forget);
    }
}
