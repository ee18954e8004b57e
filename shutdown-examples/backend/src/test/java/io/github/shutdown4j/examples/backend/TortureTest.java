package io.github.shutdown4j.examples.backend;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
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
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The packaged backend under a load of requests and jobs while it is stopped and killed. Every day a short run; the
 * profile {@code torture} makes it 100 rounds and two minutes. The seed is printed, and taken from {@code -Dtorture.seed}.
 */
@Tag("torture")
class TortureTest {

    private static final int ROUNDS = Integer.getInteger("torture.rounds", 3);
    private static final int SECONDS = Integer.getInteger("torture.seconds", 12);
    private static final int CLIENTS = 4;
    private static final long SEED = Long.getLong("torture.seed", System.nanoTime());

    /** Jobs of dead instances are taken over after 6 s of silence instead of 90; a busy machine stands still for 3. */
    private static final String SPEED = "15";

    @TempDir
    private Path folder;

    private final Random random = new Random(SEED);
    private Instant start = Instant.MIN;
    private Set<String> before = Set.of();
    private final Set<String> ordered = ConcurrentHashMap.newKeySet();
    private final Map<String, Integer> received = new ConcurrentHashMap<>();
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger cut = new AtomicInteger();
    private final List<String> wrong = new ArrayList<>();

    @BeforeEach
    void empty() throws Exception {
        System.out.println("torture: seed " + SEED);
        try (Jedis redis = new Jedis(TestServers.redisUrl())) {
            redis.flushAll();
        }
        start = Instant.now();
        before = tablesExist() ? ids("select id from jobs") : Set.of();
    }

    /** One instance, stopped by TERM at any moment of its life: nobody who was accepted goes without an answer. */
    @Test
    void stoppedAtAnyMomentItAnswersEverybodyAndDoesEveryJobOnce() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            try (BackendProcess backend = start()) {
                AtomicReference<BackendProcess> target = new AtomicReference<>(backend);
                List<Thread> clients = clients(CLIENTS, target, false);
                Thread.sleep(random.nextInt(1_500));
                backend.signal("TERM");
                backend.awaitExit(0);
                target.set(null);
                join(clients);
            }
        }
        try (BackendProcess last = start()) {
            awaitAllDone();
            last.signal("TERM");
            last.awaitExit(0);
        }
        assertThat(wrong).isEmpty();
        // A connection that is kept may be closed in the moment in which its client uses it again. No handler has seen
        // that request then: each that one has seen is in the statistics, and they have no more than was answered.
        assertThat(counted()).isEqualTo(received);
        assertThat(cut.get()).describedAs("connections cut off").isLessThanOrEqualTo(CLIENTS * ROUNDS);
        Set<String> jobs = ids("select id from jobs");
        jobs.removeAll(before);
        assertThat(jobs).isEqualTo(ordered);
        Map<String, Integer> runs = completedRuns();
        Set<String> doubles = new HashSet<>(runs.keySet());
        doubles.removeIf(id -> runs.get(id) == 1);
        assertThat(doubles).isEmpty();
        System.out.printf(
                "torture: %d stops by TERM, %d requests answered, %d refused, %d not read on a connection just closed, %d jobs, all"
                        + " done, 0 twice%n",
                ROUNDS, answered.get(), refused.get(), cut.get(), ordered.size());
    }

    /** Three instances, one after the other stopped or killed: no job is lost, and only a KILL makes one begin twice. */
    @Test // scenario 69
    void threeInstancesLoseNothingWhoeverIsKilled() throws Exception {
        BackendProcess[] instances = {start(), start(), start()};
        List<AtomicReference<BackendProcess>> targets = new ArrayList<>();
        List<Thread> clients = new ArrayList<>();
        int terms = 0;
        int kills = 0;
        List<Long> killed = new ArrayList<>();
        try {
            for (BackendProcess instance : instances) {
                targets.add(new AtomicReference<>(instance));
                clients.addAll(clients(1, targets.get(targets.size() - 1), true));
            }
            long end = System.nanoTime() + Duration.ofSeconds(SECONDS).toNanos();
            while (System.nanoTime() < end) {
                Thread.sleep(500 + random.nextInt(2_000));
                int victim = random.nextInt(instances.length);
                if (random.nextBoolean()) {
                    terms++;
                    instances[victim].signal("TERM");
                    instances[victim].awaitExit(0);
                } else {
                    kills++;
                    instances[victim].signal("KILL");
                    instances[victim].awaitExit(137);
                    killed.add(instances[victim].pid());
                }
                instances[victim] = start();
                targets.get(victim).set(instances[victim]);
            }
            targets.forEach(target -> target.set(null));
            join(clients);
            awaitAllDone();
        } finally {
            for (BackendProcess instance : instances) {
                instance.close();
            }
        }
        assertThat(wrong).isEmpty();
        Set<String> begunTwice =
                ids("select job_id from job_runs where outcome <> 'handed_back' group by job_id having count(*) > 1");
        begunTwice.retainAll(ordered); // the database has seen other tests, too
        Set<String> unexplained = new HashSet<>(begunTwice);
        for (long pid : killed) {
            unexplained.removeAll(begunBy(pid));
        }
        System.out.printf(
                "torture: %d TERM, %d KILL, %d requests answered, %d refused, %d cut off, %d jobs, all done,"
                        + " %d begun twice, %d of them without a KILL, 0 effects twice%n",
                terms,
                kills,
                answered.get(),
                refused.get(),
                cut.get(),
                ordered.size(),
                begunTwice.size(),
                unexplained.size());
        assertThat(unexplained).isEmpty();
        // One client each. A TERM cuts nobody off, but it may close a kept connection just as its client uses it again.
        assertThat(cut.get()).describedAs("requests cut off").isLessThanOrEqualTo(kills + terms);
    }

    private BackendProcess start() throws IOException {
        Map<String, String> environment = new HashMap<>(BackendProcess.testServers());
        environment.put("JOBS_SPEED", SPEED);
        environment.put("LOG_LEVEL", "warn");
        environment.put("JAVA_TOOL_OPTIONS", "-XX:+UseSerialGC -Xshare:auto");
        return new BackendProcess(folder, environment).awaitReady();
    }

    /** They order jobs and ask for projects until there is nobody to ask. */
    private List<Thread> clients(int count, AtomicReference<BackendProcess> target, boolean killed) {
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
        try {
            Thread.sleep(10);
            HttpResponse<String> answer =
                    number % 5 == 4 ? backend.get("/projects") : backend.post("/jobs", order(number));
            received.merge("" + answer.statusCode(), 1, Integer::sum);
            if (answer.statusCode() == 503) {
                refused.incrementAndGet();
                return;
            }
            answered.incrementAndGet();
            if (answer.statusCode() == 202) {
                ordered.add(answer.body().replaceAll("(?s).*\"id\"\\s*:\\s*\"([^\"]+)\".*", "$1"));
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
                if (!killed && !closedUnread(e)) {
                    note(backend, number + ": " + e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String order(int number) {
        return number % 7 == 0
                ? "{\"type\":\"B\",\"payload\":{\"items\":5,\"ms\":10}}"
                : "{\"type\":\"A\",\"payload\":{\"ms\":30}}";
    }

    /** The connection was made when nobody accepted any more, and no byte of an answer came: nothing was accepted. */
    private static boolean neverSent(IOException e) {
        return e.getCause() instanceof ConnectException;
    }

    /** The end of the connection, in whichever way it shows, instead of the first byte of an answer. */
    private static boolean closedUnread(IOException e) {
        return e instanceof SocketException
                || String.valueOf(e.getMessage()).matches(".*(received no bytes|Connection reset|Broken pipe).*");
    }

    /** With what the backend itself has said, whose log knows more. */
    private void note(BackendProcess backend, String what) {
        synchronized (wrong) {
            wrong.add("request " + what + "; process " + backend.pid() + ":\n" + backend.output());
        }
    }

    private static void join(List<Thread> threads) throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void awaitAllDone() {
        await().atMost(Duration.ofSeconds(90))
                .pollInterval(Duration.ofMillis(500))
                .untilAsserted(() -> {
                    Set<String> missing = new HashSet<>(ordered);
                    missing.removeAll(ids("select id from jobs"));
                    assertThat(missing).describedAs("jobs not done").isEmpty();
                });
        try (Jedis redis = new Jedis(TestServers.redisUrl())) {
            await().until(() -> redis.xlen("jobs:a") + redis.xlen("jobs:b") == 0);
            assertThat(redis.xlen("jobs:dead")).isZero();
        }
    }

    /** How many times each job was begun and not left in good order. */
    private Map<String, Integer> completedRuns() throws SQLException {
        Map<String, Integer> runs = new HashMap<>();
        try (Connection connection = DriverManager.getConnection(TestServers.databaseUrl());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "select job_id, count(*) from job_runs where outcome <> 'handed_back' group by job_id")) {
            while (rows.next()) {
                if (ordered.contains(rows.getString(1))) {
                    runs.put(rows.getString(1), rows.getInt(2));
                }
            }
        }
        return runs;
    }

    /**
     * What this process had begun and not ended. For one that was killed it is asked at the end of all: what it had sent
     * to the database before may still be written just after.
     */
    private static Set<String> begunBy(long pid) throws SQLException {
        return ids("select job_id from job_runs where outcome = 'running' and instance like '" + pid + "-%'");
    }

    /** How many requests the statistics have since the start of the test, by the status of the answer. */
    private Map<String, Integer> counted() throws SQLException {
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

    private static Set<String> ids(String sql) throws SQLException {
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
