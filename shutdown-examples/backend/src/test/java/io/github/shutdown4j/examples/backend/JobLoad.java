package io.github.shutdown4j.examples.backend;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import redis.clients.jedis.Jedis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Clients that submit jobs and read projects, and the state of their jobs in the database. */
final class JobLoad {

    private final String redisUrl;
    private final Instant start = Instant.now();
    private final Set<String> before;
    final Set<String> submitted = ConcurrentHashMap.newKeySet();
    final Map<String, Integer> received = new ConcurrentHashMap<>();
    final AtomicInteger answered = new AtomicInteger();
    final AtomicInteger refused = new AtomicInteger();
    final AtomicInteger cut = new AtomicInteger();
    /** Jobs that may have been accepted or not, by the key with which their submission can be repeated. */
    private final Map<String, String> unknown = new ConcurrentHashMap<>();

    final List<String> wrong = new ArrayList<>();

    /** Empties this Redis. */
    JobLoad(String redisUrl) throws SQLException {
        this.redisUrl = redisUrl;
        try (Jedis redis = new Jedis(redisUrl)) {
            redis.flushAll();
        }
        before = tablesExist() ? ids("select id from jobs") : Set.of();
    }

    /** They submit jobs and read projects until the connection is refused. */
    List<Thread> clients(int count, AtomicReference<BackendProcess> target, boolean killed) {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Thread thread = new Thread(() -> {
                int number = 0;
                for (BackendProcess backend = target.get(); backend != null; backend = target.get()) {
                    request(backend, number++, killed);
                }
            });
            thread.start();
            threads.add(thread);
        }
        return threads;
    }

    private void request(BackendProcess backend, int number, boolean killed) {
        boolean reads = number % 5 == 4;
        String key = UUID.randomUUID().toString();
        try {
            Thread.sleep(10);
            HttpResponse<String> answer = reads ? backend.get("/projects") : backend.post("/jobs", job(number), key);
            received.merge("" + answer.statusCode(), 1, Integer::sum);
            if (answer.statusCode() == 503) {
                refused.incrementAndGet();
                if (answer.body().contains("job queue")) {
                    unknown.put(key, job(number)); // the response of Redis may have been lost
                }
                return;
            }
            answered.incrementAndGet();
            if (answer.statusCode() == 202) {
                submitted.add(id(answer));
            } else if (answer.statusCode() != 200) {
                note(
                        backend,
                        number + ": " + answer.statusCode() + " "
                                + answer.headers().map() + " " + answer.body());
            }
        } catch (ConnectException nobodyListens) {
            refused.incrementAndGet();
        } catch (IOException e) {
            if (neverSent(e)) {
                refused.incrementAndGet();
            } else {
                cut.incrementAndGet();
                if (!reads) {
                    unknown.put(key, job(number));
                }
                if (!killed && !closedUnread(e)) {
                    note(backend, number + ": " + e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String id(HttpResponse<String> answer) {
        return answer.body().replaceAll("(?s).*\"id\"\\s*:\\s*\"([^\"]+)\".*", "$1");
    }

    /** Submits again, with their keys, all jobs whose submission got no response. */
    void repeatUnknown(BackendProcess backend) throws IOException, InterruptedException {
        for (Map.Entry<String, String> job : unknown.entrySet()) {
            HttpResponse<String> answer = backend.post("/jobs", job.getValue(), job.getKey());
            assertThat(answer.statusCode()).isEqualTo(202);
            received.merge("202", 1, Integer::sum);
            submitted.add(id(answer));
        }
    }

    private static String job(int number) {
        return number % 7 == 0
                ? "{\"type\":\"B\",\"payload\":{\"items\":5,\"ms\":10}}"
                : "{\"type\":\"A\",\"payload\":{\"ms\":30}}";
    }

    /**
     * The connection was made when the server no longer accepted, and no byte of a response arrived: nothing was
     * accepted.
     */
    private static boolean neverSent(IOException e) {
        return e.getCause() instanceof ConnectException;
    }

    /** The end of the connection, however it is reported, instead of the first byte of a response. */
    private static boolean closedUnread(IOException e) {
        return e instanceof SocketException
                || String.valueOf(e.getMessage()).matches(".*(received no bytes|Connection reset|Broken pipe).*");
    }

    /** With the output of the backend, which has the cause. */
    private void note(BackendProcess backend, String what) {
        synchronized (wrong) {
            wrong.add("request " + what + "; process " + backend.pid() + ":\n" + backend.output());
        }
    }

    static void join(List<Thread> threads) throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
    }

    void awaitAllDone() {
        await().atMost(Duration.ofSeconds(90))
                .pollInterval(Duration.ofMillis(500))
                .untilAsserted(() -> {
                    Set<String> missing = new HashSet<>(submitted);
                    missing.removeAll(ids("select id from jobs"));
                    assertThat(missing).describedAs("jobs not done").isEmpty();
                });
        try (Jedis redis = new Jedis(redisUrl)) {
            await().until(() -> redis.xlen("jobs:a") + redis.xlen("jobs:b") == 0);
            assertThat(redis.xlen("jobs:dead")).isZero();
        }
    }

    /** The jobs done since the beginning of this load. */
    Set<String> done() throws SQLException {
        Set<String> jobs = ids("select id from jobs");
        jobs.removeAll(before);
        return jobs;
    }

    /** The number of times that each job was started and not handed back. */
    Map<String, Integer> completedRuns() throws SQLException {
        Map<String, Integer> runs = new HashMap<>();
        try (Connection connection = DriverManager.getConnection(TestServers.databaseUrl());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "select job_id, count(*) from job_runs where outcome <> 'handed_back' group by job_id")) {
            while (rows.next()) {
                if (submitted.contains(rows.getString(1))) {
                    runs.put(rows.getString(1), rows.getInt(2));
                }
            }
        }
        return runs;
    }

    /**
     * The jobs that this process had started and not ended. For a killed process, read at the very end: what it had
     * sent to the database may be written just after its death.
     */
    static Set<String> begunBy(long pid) throws SQLException {
        return ids("select job_id from job_runs where outcome = 'running' and instance like '" + pid + "-%'");
    }

    /** The number of requests in the statistics since the start of the test, by response status. */
    Map<String, Integer> counted() throws SQLException {
        String query = "select outcome, count(*) from statistics where kind = 'request' and happened_at >= ?"
                + " group by outcome";
        Map<String, Integer> counts = new HashMap<>();
        try (Connection connection = DriverManager.getConnection(TestServers.databaseUrl());
                PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setTimestamp(1, Timestamp.from(start));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    counts.put(rows.getString(1), rows.getInt(2));
                }
            }
        }
        return counts;
    }

    private static boolean tablesExist() throws SQLException {
        return !ids("select 1 from information_schema.tables where table_name = 'jobs'")
                .isEmpty();
    }

    static Set<String> ids(String sql) throws SQLException {
        Set<String> ids = new HashSet<>();
        try (Connection connection = DriverManager.getConnection(TestServers.databaseUrl());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                ids.add(rows.getString(1));
            }
        }
        return ids;
    }
}
