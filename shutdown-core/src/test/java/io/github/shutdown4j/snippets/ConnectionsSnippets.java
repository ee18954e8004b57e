package io.github.shutdown4j.snippets;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;

import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.connections.GuardDetails;

final class ConnectionsSnippets {

    interface EventStream {
        void sendGoodbye();

        void onClosed(Runnable action);
    }

    interface Order {}

    interface Orders {
        Order load(long id) throws SQLException;
    }

    interface Export {
        void write() throws IOException;
    }

    private ConnectionsSnippets() {}

    static ConnectionTracker builder() {
        var sockets = ConnectionTracker.builder("websockets")
                .drainTimeout(Duration.ofSeconds(10))
                .spread(Duration.ofSeconds(4)) // so that the clients do not all reconnect at once
                .build();
        return sockets;
    }

    static void guard(ConnectionTracker streams, EventStream stream) {
        ConnectionGuard guard = streams.acquire("GET /events");
        stream.onClosed(guard::close);
        guard.onDrain(stream::sendGoodbye); // the client then closes the stream
    }

    static ConnectionTracker details() {
        return ConnectionTracker.builder("requests")
                .details(GuardDetails.sampled(100))
                .build();
    }

    static Order supplier(ConnectionTracker requests, Orders orders, long id) throws SQLException {
        Order order = requests.call(() -> orders.load(id)); // throws SQLException, as load does
        return order;
    }

    static void runnable(ConnectionTracker jobs, Export export) throws IOException {
        jobs.run(export::write); // throws IOException, as write does
    }
}
