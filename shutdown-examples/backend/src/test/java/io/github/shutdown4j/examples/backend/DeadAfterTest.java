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
 * How long a job of a killed process waits for the next one, as {@code jobs.dead_after_secs} says: every day ten times as
 * fast, with the profile {@code torture} at real speed.
 */
@Tag("torture")
@Timeout(180)
class DeadAfterTest {

    private static final int SPEED = Integer.getInteger("torture.rounds", 0) >= 100 ? 1 : 10;
    private static final Duration DEAD_AFTER = Duration.ofSeconds(20);

    @TempDir
    private Path folder;

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
        return new BackendProcess(folder, environment).awaitReady();
    }

    @Test
    void aJobOfAKilledProcessBeginsAgainWhenTheSettingSaysSo() throws Exception {
        try (BackendProcess first = start();
                BackendProcess second = start()) {
            String ordered = first.post("/jobs", "{\"type\":\"A\",\"payload\":{\"ms\":60000}}")
                    .body();
            String id = new ObjectMapper().readTree(ordered).get("id").asText();
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
            // It beats every third of the time, so its last sign of life may have been so long ago; and the others look
            // every 10 s. With the default it would be 60 s at the least.
            Duration waited = Duration.between(killed, again).multipliedBy(SPEED);
            System.out.println("dead after: " + waited + " at speed " + SPEED);
            assertThat(waited)
                    .isBetween(
                            DEAD_AFTER.multipliedBy(2).dividedBy(3).minusSeconds(1),
                            Duration.ofSeconds(SPEED == 1 ? 36 : 55));
            BackendProcess survivor = victim == first ? second : first;
            survivor.signal("KILL"); // the job is longer than any patience
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
