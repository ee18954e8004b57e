package io.github.shutdown4j.examples.backend.jobs;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;

import io.github.shutdown4j.examples.backend.stores.DatabaseErrors;

/**
 * The records of jobs in PostgreSQL: finished jobs and all started runs.
 *
 * <p>While the database is unavailable, all methods except {@link #find} retry until it is available or the caller is interrupted,
 * so that a job does not fail because of an outage.
 */
public final class JobRecords {

    /** The state of a job: running, failed (to be retried, or a dead letter), left (to be continued) or done. */
    public record State(String id, JobType type, String state) {}

    private final DataSource database;
    private final JobTimes times;
    private final AvailabilityLog availability = new AvailabilityLog("PostgreSQL");

    public JobRecords(DataSource database, JobTimes times) {
        this.database = database;
        this.times = times;
    }

    /** Empty if the job was never started. */
    public Optional<State> find(String id) throws SQLException {
        String text = """
                select r.type, case when j.id is null then r.outcome else 'done' end
                from job_runs r left join jobs j on j.id = r.job_id
                where r.job_id = ? order by r.id desc limit 1""";
        try (Connection connection = database.getConnection();
                PreparedStatement select = with(connection.prepareStatement(text), id);
                ResultSet row = select.executeQuery()) {
            return row.next()
                    ? Optional.of(new State(id, JobType.valueOf(row.getString(1)), row.getString(2)))
                    : Optional.empty();
        }
    }

    boolean isDone(Job job) throws SQLException, InterruptedException {
        return inTransaction(connection -> isDone(connection, job));
    }

    /** Within a transaction of the caller. */
    static boolean isDone(Connection connection, Job job) throws SQLException {
        return exists(connection, "select 1 from jobs where id = ?", job);
    }

    /** Whether anybody has begun to run it. Within a transaction of the caller. */
    static boolean hasBegun(Connection connection, Job job) throws SQLException {
        return exists(connection, "select 1 from job_runs where job_id = ? limit 1", job);
    }

    private static boolean exists(Connection connection, String text, Job job) throws SQLException {
        try (PreparedStatement select = with(connection.prepareStatement(text), job.id());
                ResultSet row = select.executeQuery()) {
            return row.next();
        }
    }

    /** The processes of all runs that have not ended have died. Within a transaction of the caller. */
    static void died(Connection connection, Job job) throws SQLException {
        String text = "update job_runs set ended_at = now(), outcome = ? where job_id = ? and outcome = 'running'";
        var unused = update(connection, text, JobOutcome.DEAD.label(), job.id());
    }

    /** Returns the number of the run. */
    long began(Job job, String instance) throws SQLException, InterruptedException {
        String text = "insert into job_runs (job_id, type, instance) values (?, ?, ?) returning id";
        return inTransaction(connection -> {
            try (PreparedStatement insert = with(
                            connection.prepareStatement(text),
                            job.id(),
                            job.type().name(),
                            instance);
                    ResultSet row = insert.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        });
    }

    /**
     * Writes the effect and the record that the job is done.
     *
     * @return false if another run has done it before; nothing is written then
     */
    boolean finish(Job job, long run, SqlWork<?> effect) throws SQLException, InterruptedException {
        String text = "insert into jobs (id, type, run_id) values (?, ?, ?) on conflict (id) do nothing";
        return inTransaction(connection -> {
            // First statement: a second transaction waits here for the end of the first.
            boolean first = update(connection, text, job.id(), job.type().name(), run) == 1;
            if (first) {
                var unused = effect.run(connection);
                return update(connection, end(JobOutcome.DONE), run) == 1;
            }
            // After a commit whose response was lost, the retry finds its own record.
            return update(connection, "update jobs set run_id = run_id where id = ? and run_id = ?", job.id(), run)
                    == 1;
        });
    }

    void ended(long run, JobOutcome outcome) throws SQLException, InterruptedException {
        var unused = inTransaction(connection -> update(connection, end(outcome), run));
    }

    <T> T inTransaction(SqlWork<T> work) throws SQLException, InterruptedException {
        while (true) {
            try {
                return once(work);
            } catch (SQLException e) {
                if (Thread.interrupted() || e.getCause() instanceof InterruptedException) {
                    throw (InterruptedException) new InterruptedException("no time for the database").initCause(e);
                }
                if (!DatabaseErrors.isUnavailable(e)) {
                    throw e;
                }
                availability.unavailable(e);
                Thread.sleep(times.reconnect().toMillis());
            }
        }
    }

    private <T> T once(SqlWork<T> work) throws SQLException {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try {
                T result = work.run(connection);
                boolean wrote = availability.outage().isPresent() && hasWritten(connection);
                connection.commit();
                if (wrote) {
                    availability.available(); // not after a read: a database without disk space still answers reads
                }
                return result;
            } catch (SQLException | RuntimeException e) {
                try {
                    connection.rollback();
                } catch (SQLException alsoBroken) {
                    e.addSuppressed(alsoBroken);
                }
                throw e;
            }
        }
    }

    private static boolean hasWritten(Connection connection) throws SQLException {
        try (PreparedStatement select =
                        connection.prepareStatement("select pg_current_xact_id_if_assigned() is not null");
                ResultSet row = select.executeQuery()) {
            return row.next() && row.getBoolean(1);
        }
    }

    private static String end(JobOutcome outcome) {
        return "update job_runs set ended_at = now(), outcome = '" + outcome.label() + "' where id = ?";
    }

    private static int update(Connection connection, String text, Object... values) throws SQLException {
        try (PreparedStatement statement = with(connection.prepareStatement(text), values)) {
            return statement.executeUpdate();
        }
    }

    private static PreparedStatement with(PreparedStatement statement, Object... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        return statement;
    }
}
