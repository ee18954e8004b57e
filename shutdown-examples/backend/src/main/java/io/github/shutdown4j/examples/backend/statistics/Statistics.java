package io.github.shutdown4j.examples.backend.statistics;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

import io.github.shutdown4j.events.EventQueue;

/**
 * Counts requests and jobs without making them wait: events go into a queue, and from there in batches into the database.
 * The queue is a resource that is released before the database, so its last batch is written at the shutdown.
 */
public final class Statistics {

    private final DataSource database;
    private final EventQueue<Event> queue;

    public Statistics(DataSource database) {
        this.database = database;
        this.queue = EventQueue.builder("statistics", this::write)
                .capacity(50_000)
                .batchSize(500)
                .linger(Duration.ofSeconds(1))
                .start();
    }

    /** The resource to register with the coordinator. */
    public EventQueue<Event> queue() {
        return queue;
    }

    /** Never waits: an event for which the queue has no space is only counted as refused. */
    public void add(String kind, String name, String outcome, long millis) {
        queue.offer(new Event(Instant.now(), kind, name, outcome, millis));
    }

    /** The written counts by kind, name and outcome. */
    public List<Count> counts() throws SQLException {
        String query = "select kind, name, outcome, count(*), avg(millis) from statistics"
                + " group by kind, name, outcome order by kind, name, outcome";
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(query);
                ResultSet row = statement.executeQuery()) {
            List<Count> counts = new ArrayList<>();
            while (row.next()) {
                counts.add(new Count(
                        row.getString(1), row.getString(2), row.getString(3), row.getLong(4), row.getDouble(5)));
            }
            return counts;
        }
    }

    /** Writes the batch in one transaction; a failed batch is lost, and the report says so. */
    private void write(List<Event> batch) throws SQLException {
        String insert = "insert into statistics (happened_at, kind, name, outcome, millis) values (?, ?, ?, ?, ?)";
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try (PreparedStatement statement = connection.prepareStatement(insert)) {
                for (Event event : batch) {
                    statement.setTimestamp(1, Timestamp.from(event.at()));
                    statement.setString(2, event.kind());
                    statement.setString(3, event.name());
                    statement.setString(4, event.outcome());
                    statement.setLong(5, event.millis());
                    statement.addBatch();
                }
                statement.executeBatch();
            }
            connection.commit();
        }
    }
}
