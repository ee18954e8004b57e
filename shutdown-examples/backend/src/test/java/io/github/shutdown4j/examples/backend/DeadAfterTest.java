package io.github.shutdown4j.examples.backend;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The time until a job of a killed process runs elsewhere, which depends on {@code jobs.dead_after_secs}: five times as
 * fast by default, with the profile {@code torture} at real speed.
 */
@Tag("torture")
@Timeout(900)
class DeadAfterTest {

    private static final int SPEED = Integer.getInteger("torture.rounds", 0) >= 100 ? 1 : 5;
    private static final Duration DEAD_AFTER = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    @BeforeEach
    void empty() {
        try (Jedis redis = new Jedis(TestServers.redisUrl())) {
            redis.flushAll();
        }
    }

    private BackendProcess start() throws Exception {
        Map<String, String> environment = new HashMap<>(BackendProcess.testServers());
        environment.put("JOBS_DEAD_AFTER_SECS", "" + DEAD_AFTER.toSeconds());
        environment.put("JOBS_SPEED", "" + SPEED);
        return new BackendProcess(directory, environment).awaitReady();
    }

    @Test
    void aJobOfAKilledProcessBeginsAgainAfterTheConfiguredTime() throws Exception {
        try (BackendProcess first = start();
                BackendProcess second = start()) {
            String submitted = first.post("/jobs", "{\"type\":\"A\",\"payload\":{\"ms\":3600000}}")
                    .body();
            String id = new ObjectMapper().readTree(submitted).get("id").asText();
            await().until(() -> runs(id) == 1);
            BackendProcess victim = text("select instance from job_runs where job_id = '" + id + "'")
                            .startsWith(first.pid() + "-")
                    ? first
                    : second;
            Instant killed = Instant.now();
            victim.signal("KILL");
            victim.awaitExit(137);
            await().atMost(Duration.ofSeconds(90)).until(() -> runs(id) == 2);
            Instant again = Instant.parse(text("select to_char(max(began_at) at time zone 'UTC',"
                    + " 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') from job_runs where job_id = '" + id + "'"));
            // Its heartbeats are a third of the time apart, so the last one may be that old; and the others check every
            // 10 s. With the default it would be at least 60 s.
            Duration waited = Duration.between(killed, again).multipliedBy(SPEED);
            System.out.println("dead after: " + waited + " at speed " + SPEED);
            assertThat(waited)
                    .isBetween(
                            DEAD_AFTER.multipliedBy(2).dividedBy(3).minusSeconds(1),
                            Duration.ofSeconds(SPEED == 1 ? 36 : 55));
            BackendProcess survivor = victim == first ? second : first;
            survivor.signal("KILL"); // the job takes longer than any limit of the test
            survivor.awaitExit(137);
        }
        empty();
    }

    private static long runs(String id) throws Exception {
        return Long.parseLong(text("select count(*) from job_runs where job_id = '" + id + "'"));
    }

    private static String text(String query) throws Exception {
        try (Connection connection = DriverManager.getConnection(TestServers.databaseUrl());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }
}
