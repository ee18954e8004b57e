package io.github.shutdown4j.examples.backend.jobs;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * Type B: processes {@code {"items": 100, "ms": 20}} items of that many milliseconds. The cursor is in PostgreSQL, so the job can
 * stop between two items and continue there on any instance. If the process dies between an item and its cursor, that item is
 * processed again.
 */
public final class CursorHandler implements JobHandler {

    /** Processes one item. */
    @FunctionalInterface
    public interface ItemWork {
        void run(Job job, int item) throws Exception;
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    private final ItemWork work;

    /** Items that only take time. */
    public CursorHandler() {
        this((job, item) -> {});
    }

    public CursorHandler(ItemWork work) {
        this.work = work;
    }

    @Override
    public void run(Job job, JobContext context) throws Exception {
        JsonNode payload = JSON.readTree(job.payload());
        int items = payload.path("items").asInt(1);
        long millis = payload.path("ms").asLong(0);
        int start = context.inTransaction(connection -> load(connection, job));
        for (int item = start; item < items; item++) {
            if (context.isStopping()) {
                return;
            }
            Thread.sleep(millis);
            work.run(job, item);
            int done = item + 1;
            var unused = context.inTransaction(connection -> save(connection, job, done));
        }
        context.finish(connection -> delete(connection, job));
    }

    private static int load(Connection connection, Job job) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("select position from cursors where job_id = ?")) {
            select.setString(1, job.id());
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? row.getInt(1) : 0;
            }
        }
    }

    /** Never moves backwards: an instance that counted as dead may still process an earlier item. */
    private static int save(Connection connection, Job job, int done) throws SQLException {
        String text = """
                insert into cursors (job_id, position) values (?, ?)
                on conflict (job_id) do update set position = greatest(cursors.position, excluded.position)""";
        try (PreparedStatement insert = connection.prepareStatement(text)) {
            insert.setString(1, job.id());
            insert.setInt(2, done);
            return insert.executeUpdate();
        }
    }

    private static int delete(Connection connection, Job job) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("delete from cursors where job_id = ?")) {
            delete.setString(1, job.id());
            return delete.executeUpdate();
        }
    }
}
