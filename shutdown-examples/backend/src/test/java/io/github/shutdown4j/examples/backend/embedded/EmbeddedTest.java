package io.github.shutdown4j.examples.backend.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisConnectionException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class EmbeddedTest {

    @TempDir
    private Path directory;

    @Test
    void dataIsThereAgainAfterARestart() throws Exception {
        try (Embedded embedded = Embedded.start(directory)) {
            sql(embedded.databaseUrl(), "create table kept (word text); insert into kept values ('kept')");
            try (Jedis redis = new Jedis(embedded.redisUrl())) {
                redis.set("word", "kept");
            }
        }
        String databaseUrl;
        String redisUrl;
        try (Embedded embedded = Embedded.start(directory)) {
            databaseUrl = embedded.databaseUrl();
            redisUrl = embedded.redisUrl();
            sql(databaseUrl, "insert into kept select word from kept");
            try (Jedis redis = new Jedis(redisUrl)) {
                assertThat(redis.get("word")).isEqualTo("kept");
            }
        }
        assertThatThrownBy(() -> sql(databaseUrl, "select 1")).isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> new Jedis(redisUrl).ping()).isInstanceOf(JedisConnectionException.class);
    }

    @Test
    void aDirectoryHasOneUserAtATime() throws Exception {
        try (Embedded first = Embedded.start(directory)) {
            assertThatThrownBy(() -> Embedded.start(directory))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("another backend keeps its data in " + directory)
                    .hasMessageContaining("DATA_DIR");
            sql(first.databaseUrl(), "select 1");
        }
    }

    @Test
    void whatDoesNotStartLeavesNothingRunning() throws Exception {
        Files.writeString(directory.resolve("redis"), "a file where a directory should be");
        assertThatThrownBy(() -> Embedded.start(directory)).isInstanceOf(IOException.class);
        assertThat(directory.resolve("postgres/postmaster.pid")).doesNotExist();
        Files.delete(directory.resolve("redis"));
        Embedded.start(directory).close();
    }

    private static void sql(String url, String text) throws SQLException {
        try (var connection = DriverManager.getConnection(url);
                var statement = connection.createStatement()) {
            statement.execute(text);
        }
    }
}
