package io.github.shutdown4j.examples.backend;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Signals to the packaged backend. */
@Timeout(900)
class SignalTest {

    @TempDir
    private Path directory;

    private static final Duration GRACE = Duration.ofSeconds(60); // the machine may be loaded
    private static final int LONGER_THAN_THE_TEST = 3_600_000;

    /** Processes that were started for this directory. */
    private List<ProcessHandle> serversOf(Path data) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().commandLine().orElse("").contains(data.toString()))
                .filter(process -> !process.info().commandLine().orElse("").contains("java"))
                .toList();
    }

    @Test
    void controlCReachesTheWholeGroupAndYetTheLastStatisticsAreWritten() throws Exception {
        Path data = directory.toRealPath().resolve("data");
        Map<String, String> environment = Map.of("DATA_DIR", data.toString());
        try (BackendProcess backend = new BackendProcess(directory, environment).awaitReady()) {
            assertThat(backend.post("/projects", "{\"name\":\"kept\"}").statusCode())
                    .isEqualTo(201);
            assertThat(serversOf(data)).isNotEmpty();
            backend.signalGroup("INT");
            Duration took = backend.awaitExit(0);
            assertThat(took).isLessThan(Duration.ofSeconds(30)); // the limit of all phases
            assertThat(backend.output())
                    .contains("received SIGINT", "clean after")
                    .containsPattern("statistics +done .* 1 written")
                    .containsPattern("embedded servers +done")
                    .containsPattern("final save +done")
                    .contains("last run    none, this is the first")
                    .doesNotContain("WARN", "ERROR");
            assertThat(data.resolve("state.json")).content().contains("\"runs\"");
        }
        // Their files are deleted, and there is no other sign; a process may need a moment to end.
        await().atMost(GRACE).until(() -> serversOf(data).isEmpty());
        try (BackendProcess again = new BackendProcess(directory, environment).awaitReady()) {
            assertThat(again.get("/projects").body()).contains("\"kept\"");
            assertThat(again.get("/stats").body()).contains("POST /projects");
            assertThat(again.output()).containsPattern("last run +ended cleanly at .*; 1 so far with 1 requests");
            assertThat(again.get("/metrics").body()).contains("shutdown_last_run_unclean 0.0");
            again.signal("TERM");
            again.awaitExit(0);
        }
    }

    @Test
    void afterAKillNothingIsLeftAndTheNextStartHasTheData() throws Exception {
        Path data = directory.toRealPath().resolve("data");
        Map<String, String> environment = Map.of("DATA_DIR", data.toString());
        try (BackendProcess backend = new BackendProcess(directory, environment).awaitReady()) {
            assertThat(backend.post("/projects", "{\"name\":\"kept\"}").statusCode())
                    .isEqualTo(201);
            backend.signal("KILL");
            backend.awaitExit(137);
        }
        // The reaper stops them; init may need a moment to reap them.
        await().atMost(GRACE).until(() -> serversOf(data).isEmpty());
        try (BackendProcess again = new BackendProcess(directory, environment).awaitReady()) {
            assertThat(again.get("/projects").body()).contains("\"kept\"");
            assertThat(again.output()).containsPattern("last run +ended abruptly");
            assertThat(again.get("/metrics").body()).contains("shutdown_last_run_unclean 1.0");
            List<ProcessHandle> left = serversOf(data);
            // This time the reaper dies first, as when all of our processes are killed.
            again.reaper().destroyForcibly();
            again.signal("KILL");
            again.awaitExit(137);
            assertThat(left).isNotEmpty().anyMatch(ProcessHandle::isAlive);
        }
        try (BackendProcess third = new BackendProcess(directory, environment).awaitReady()) {
            assertThat(third.output()).contains("left over from an earlier run");
            assertThat(third.get("/projects").body()).contains("\"kept\"");
            third.signal("TERM");
            third.awaitExit(0);
            assertThat(third.output()).containsPattern("embedded servers +done");
        }
        // Their files are deleted, and there is no other sign; a process may need a moment to end.
        await().atMost(GRACE).until(() -> serversOf(data).isEmpty());
    }

    @Test
    void aSecondControlCEndsAtOnceAndStillLeavesNothingRunning() throws Exception {
        Path data = directory.toRealPath().resolve("data");
        try (BackendProcess backend = new BackendProcess(directory, Map.of("DATA_DIR", data.toString())).awaitReady()) {
            submit(backend, 1, LONGER_THAN_THE_TEST);
            await().atMost(GRACE).until(() -> backend.get("/metrics").body().contains("shutdown_in_flight 1.0"));
            backend.signalGroup("INT");
            await().atMost(GRACE).until(() -> backend.output().contains("phase stop done"));
            // A second one counts from one second after the first.
            await().pollDelay(Duration.ofMillis(1_100)).until(() -> true);
            backend.signalGroup("INT");
            assertThat(backend.awaitExit(130)).isLessThan(Duration.ofSeconds(18)); // the drain may take 20 s
        }
        await().atMost(GRACE).until(() -> serversOf(data).isEmpty());
    }

    @Test
    void aTermUnderLoadLeavesNothingUnanswered() throws Exception {
        try (BackendProcess backend = BackendProcess.onTestServers(directory).awaitReady()) {
            int clients = 8;
            long before = countRequests();
            AtomicInteger answered = new AtomicInteger();
            ExecutorService threads = Executors.newFixedThreadPool(clients);
            List<Future<Void>> running = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                running.add(threads.submit(() -> untilRefused(backend, answered)));
            }
            await().atMost(GRACE).until(() -> answered.get() > 200);
            backend.signal("TERM");
            for (Future<Void> client : running) {
                client.get(60, TimeUnit.SECONDS); // throws if a request was cut off
            }
            backend.awaitExit(0);
            threads.shutdown();
            assertThat(backend.output()).contains("clean after").doesNotContain("WARN", "ERROR");
            // Every response is in the statistics, including the last ones.
            assertThat(countRequests() - before).isEqualTo(answered.get());
        }
    }

    @Test
    void jobsSubmittedBeforeATermAreDoneOnceSomeOfThemAfterTheNextStart() throws Exception {
        Map<String, String> environment = new HashMap<>(BackendProcess.testServers());
        List<String> ids = new ArrayList<>();
        String key = UUID.randomUUID().toString();
        environment.put("APP_SHUTDOWN_TIMEOUT_SECS", "50");
        try (BackendProcess backend = new BackendProcess(directory, environment).awaitReady()) {
            try (Connection unfinished = jobsCannotEnd()) {
                ids.addAll(submit(backend, 29, 0));
                ids.add(submitWithKey(backend, key));
                assertThat(backend.get("/jobs/" + ids.get(29)).body()).contains("\"queued\"");
                await().atMost(GRACE).until(() -> inFlight(backend) == 5);
                backend.signal("TERM");
                await().atMost(GRACE).until(() -> backend.output().contains("phase stop done"));
                assertThat(done(ids)).isZero();
            }
            backend.awaitExit(0);
            assertThat(backend.output()).contains("clean after").doesNotContain("WARN", "ERROR");
        }
        assertThat(done(ids)).isEqualTo(5); // as many as run concurrently by default
        try (BackendProcess next = new BackendProcess(directory, environment).awaitReady()) {
            assertThat(submitWithKey(next, key)).isEqualTo(ids.get(29)); // as if the first response had been lost
            await().atMost(Duration.ofSeconds(60)).until(() -> done(ids) == 30);
            assertThat(submitWithKey(next, key)).isEqualTo(ids.get(29));
            assertThat(next.get("/jobs/" + ids.get(29)).body()).contains("\"done\"");
            next.signal("TERM");
            next.awaitExit(0);
        }
        assertThat(runs(ids)).isEqualTo(30); // none was started twice
    }

    private static long runs(List<String> ids) throws SQLException {
        return number("select count(*) from job_runs where job_id = any (string_to_array(?, ','))", ids);
    }

    private static long done(List<String> ids) throws SQLException {
        return number("select count(*) from jobs where id = any (string_to_array(?, ','))", ids);
    }

    private static long number(String query, List<String> ids) throws SQLException {
        try (Connection connection = DriverManager.getConnection(TestServers.databaseUrl());
                PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, String.join(",", ids));
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    /** One client: each response is 200 or 503, and after one that closes the connection it connects elsewhere. */
    private static Void untilRefused(BackendProcess backend, AtomicInteger answered)
            throws IOException, InterruptedException {
        while (true) {
            HttpResponse<String> answer;
            try {
                answer = backend.get("/projects");
            } catch (ConnectException e) {
                return null; // the port is closed: this one was not accepted
            }
            assertThat(answer.statusCode()).isIn(200, 503);
            answered.incrementAndGet();
            if (answer.headers().firstValue("connection").equals(Optional.of("close"))) {
                return null;
            }
            assertThat(answer.statusCode()).isEqualTo(200);
        }
    }

    private static long countRequests() throws Exception {
        try (Connection connection = DriverManager.getConnection(TestServers.databaseUrl());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "select count(*) from statistics where name = 'GET /projects' or outcome = '503'")) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            return 0; // no table yet
        }
    }

    @Test // scenario 72
    void withLittleTimeLeftTheSequenceIsShortAndTheEssentialStepsAreDone() throws Exception {
        Map<String, String> environment = new HashMap<>(BackendProcess.testServers());
        environment.put("APP_SHUTDOWN_TIMEOUT_SECS", "9"); // two thirds for the drain
        try (BackendProcess backend = new BackendProcess(directory, environment).awaitReady()) {
            submit(backend, 1, LONGER_THAN_THE_TEST);
            await().atMost(GRACE).until(() -> backend.get("/metrics").body().contains("shutdown_in_flight 1.0"));
            backend.signal("TERM");
            assertThat(backend.awaitExit(1))
                    .isLessThan(Duration.ofSeconds(18)); // by default the drain alone may take 20 s
            assertThat(backend.output())
                    .containsPattern("timed out after ([6-9]([.]\\d+)?|1\\d([.]\\d+)?) s, exit code 1")
                    .contains("0 finished, 1 abandoned", "timed out, it stays pending")
                    .containsPattern("statistics +done .* [1-9]\\d* written")
                    .containsPattern("jobs A +done");
        }
        try (Jedis redis = new Jedis(TestServers.redisUrl())) {
            redis.flushAll(); // no instance is to run this job
        }
    }

    @Test
    void hangupReloadsTheLogLevelAndTheLimitsAndABadFileIsRefused() throws Exception {
        Path file = Files.writeString(directory.resolve("config.toml"), "[log]\nlevel = \"info\"\n");
        try (BackendProcess backend = BackendProcess.onTestServers(directory, "--config", "config.toml")
                .awaitReady()) {
            backend.get("/projects?limit=1");
            assertThat(backend.output()).doesNotContain("GET /projects");
            List<String> early;
            List<String> late;
            try (Connection unfinished = jobsCannotEnd()) {
                early = submit(backend, 5, 0); // as many as run concurrently by default
                late = submit(backend, 5, 200);
                await().atMost(GRACE).until(() -> inFlight(backend) == 5);

                Files.writeString(file, "[log]\nlevel = \"debug\"\n[jobs]\nin_flight = 2\n");
                backend.signal("HUP");
                await().atMost(GRACE).until(() -> {
                    backend.get("/projects?limit=2");
                    return backend.output().contains("GET /projects 200");
                });
                assertThat(inFlight(backend)).isEqualTo(5); // the reload interrupts none of them
            }

            await().atMost(GRACE).pollInterval(Duration.ofMillis(20)).until(() -> inFlight(backend) <= 2);
            Files.writeString(file, "[log]\nlevel = \"loud\"\n[jobs]\nin_flight = 4\nin_flihgt = 3\n");
            backend.signal("HUP");
            await().atMost(GRACE).until(() -> backend.output().contains("2 mistakes in the configuration"));
            backend.get("/stats");
            await().atMost(GRACE).until(() -> backend.output().contains("GET /stats 200")); // still on debug
            List<String> last = submit(backend, 3, 200);

            await().atMost(GRACE).until(() -> done(late) + done(last) == 8);
            assertThat(mostAtOnce(late)).isLessThanOrEqualTo(2);
            assertThat(mostAtOnce(last)).isLessThanOrEqualTo(2);
            backend.signal("TERM");
            backend.awaitExit(0);
            List<String> all =
                    Stream.of(early, late, last).flatMap(List::stream).toList();
            assertThat(done(all)).isEqualTo(13);
            assertThat(runs(all)).isEqualTo(13);
        }
    }

    /** Until the returned connection is closed: a lock keeps their last statement waiting, however long that takes. */
    private static Connection jobsCannotEnd() throws SQLException {
        Connection connection = DriverManager.getConnection(TestServers.databaseUrl());
        connection.setAutoCommit(false);
        try (Statement lock = connection.createStatement()) {
            lock.execute("lock table jobs in share mode");
        }
        return connection;
    }

    private static List<String> submit(BackendProcess backend, int count, int millis) throws Exception {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            HttpResponse<String> submitted =
                    backend.post("/jobs", "{\"type\":\"A\",\"payload\":{\"ms\":" + millis + "}}");
            assertThat(submitted.statusCode()).isEqualTo(202);
            ids.add(submitted.headers().firstValue("location").orElseThrow().replace("/jobs/", ""));
        }
        return ids;
    }

    private static String submitWithKey(BackendProcess backend, String key) throws Exception {
        HttpResponse<String> submitted = backend.post("/jobs", "{\"type\":\"A\",\"payload\":{\"ms\":1000}}", key);
        assertThat(submitted.statusCode()).isEqualTo(202);
        return submitted.headers().firstValue("location").orElseThrow().replace("/jobs/", "");
    }

    private static double inFlight(BackendProcess backend) throws IOException, InterruptedException {
        return backend.get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("jobs_in_flight{type=\"A\"} "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' '))))
                .findFirst()
                .orElseThrow();
    }

    /** When one of these jobs starts, according to the database, so that no moment is missed. */
    private static long mostAtOnce(List<String> ids) throws SQLException {
        return number("""
                select max((select count(*) from job_runs other
                    where other.began_at <= run.began_at and other.ended_at > run.began_at))
                from job_runs run where job_id = any (string_to_array(?, ','))""", ids);
    }
}
