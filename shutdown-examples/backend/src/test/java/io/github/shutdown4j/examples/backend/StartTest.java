package io.github.shutdown4j.examples.backend;

import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.github.shutdown4j.examples.backend.embedded.Embedded;
import io.github.shutdown4j.testing.FreePort;

import static org.assertj.core.api.Assertions.assertThat;

/** The output of the packaged backend for its options, and when it cannot start. */
@Timeout(120)
class StartTest {

    @TempDir
    private Path directory;

    private String endOf(int code, Map<String, String> environment, String... arguments) throws Exception {
        try (BackendProcess backend = new BackendProcess(directory, environment, arguments)) {
            backend.awaitExit(code);
            return backend.output();
        }
    }

    @Test
    void helpIsGivenAndMistakesOnTheCommandLineAreExplained() throws Exception {
        assertThat(endOf(0, Map.of(), "--help")).contains("--config FILE", "--check", "DATABASE_URL");
        assertThat(endOf(1, Map.of(), "--confg")).isEqualTo("unknown option --confg; --help shows them all");
    }

    @Test
    void aCheckShowsSettingsAndPlanAndStartsNothing() throws Exception {
        Path file = Files.writeString(directory.resolve("config.toml"), "[shutdown]\ntimeout_secs = 12\n");
        String output = endOf(
                0,
                Map.of("DATABASE_URL", "postgresql://me:s3cret@nowhere.invalid/db"),
                "--config",
                file.toString(),
                "--check");
        assertThat(output)
                .contains("Settings from " + file)
                .contains("postgresql://me:***@nowhere.invalid/db")
                .contains("Shutdown plan: at most 12 s")
                .contains("'web server'", "'statistics'", "'database'", "'embedded servers'")
                .containsPattern("\n  save: at most 1.2 s\\R    1\\. 'state.json'")
                .doesNotContain("s3cret");
        assertThat(directory.toFile().list()).containsExactly("config.toml");
    }

    @Test
    void aCheckShowsEveryMistakeAndSoDoesAStart() throws Exception {
        Files.writeString(directory.resolve("config.toml"), "[web]\nprot = 1\n[shutdown]\ntimeout_secs = -1\n");
        String check = endOf(1, Map.of(), "--config", "config.toml", "--check");
        assertThat(check)
                .contains("2 mistakes in the configuration")
                .contains("web.prot: unknown key, did you mean web.port?")
                .contains("shutdown.timeout_secs = -1");
        assertThat(endOf(1, Map.of(), "--config", "config.toml")).isEqualTo(check);

        // Under systemd the exit code says that another start would not help.
        Map<String, String> systemd = Map.of("NOTIFY_SOCKET", "/run/systemd/notify");
        assertThat(endOf(78, systemd, "--config", "config.toml")).isEqualTo(check);
        assertThat(endOf(1, systemd, "--config", "config.toml", "--check")).isEqualTo(check);
        assertThat(directory.toFile().list()).containsExactly("config.toml");
    }

    @Test
    void aPortThatIsTakenStopsTheRestAndIsNamed() throws Exception {
        try (ServerSocket other = new ServerSocket(0)) {
            String port = Integer.toString(other.getLocalPort());
            String output = endOf(
                    1,
                    Map.of(
                            "PORT", port,
                            "DATABASE_URL", TestServers.databaseUrl(),
                            "REDIS_URL", TestServers.redisUrl()));
            assertThat(output)
                    .contains("Service failed: port " + port + " cannot be had")
                    .contains("choose another port with PORT or web.port")
                    .contains("service 'web' failed");
            assertThat(output.lines().reduce((before, last) -> last).orElseThrow())
                    .startsWith("Service failed: port");
        }
    }

    @Test
    void aDatabaseThatIsNotThereIsNamed() throws Exception {
        String url = "postgresql://localhost:" + FreePort.find() + "/db";
        assertThat(endOf(1, Map.of("DATABASE_URL", url, "REDIS_URL", TestServers.redisUrl())))
                .contains("Cannot start: the database does not answer at " + url)
                .contains("correct DATABASE_URL")
                .doesNotContain("\tat ");
    }

    @Test
    void aRedisThatIsNotThereIsNamed() throws Exception {
        String url = "redis://localhost:" + FreePort.find();
        assertThat(endOf(1, Map.of("DATABASE_URL", TestServers.databaseUrl(), "REDIS_URL", url)))
                .contains("Cannot start: Redis does not answer at " + url)
                .contains("correct REDIS_URL")
                .doesNotContain("\tat ");
    }

    @Test
    void aWrongPasswordIsReportedAndNotShown() throws Exception {
        Path data = directory.resolve("data");
        try (Embedded servers = Embedded.start(data)) {
            wantPassword(servers, data);
            String url = servers.databaseUrl().replaceFirst("[?].*", "");
            String output = endOf(
                    1,
                    Map.of(
                            "DATABASE_URL",
                            url,
                            "DATABASE_USER",
                            "postgres",
                            "DATABASE_PASSWORD",
                            "wr0ng",
                            "REDIS_URL",
                            servers.redisUrl()));
            assertThat(output)
                    .contains("Cannot start: the database at " + url + " refuses us")
                    .contains("Correct user and password in DATABASE_USER and DATABASE_PASSWORD")
                    .doesNotContain("wr0ng", "\tat ");
            assertThat(endOf(
                            1,
                            Map.of(
                                    "DATABASE_URL",
                                    url + "x",
                                    "DATABASE_USER",
                                    "postgres",
                                    "DATABASE_PASSWORD",
                                    "right",
                                    "REDIS_URL",
                                    servers.redisUrl())))
                    .contains("postgresx does not exist: create it");
        }
    }

    private static void wantPassword(Embedded servers, Path data) throws Exception {
        try (Connection connection = DriverManager.getConnection(servers.databaseUrl());
                Statement statement = connection.createStatement()) {
            statement.execute("alter user postgres password 'right'");
            Files.writeString(data.resolve("postgres/pg_hba.conf"), "host all all all scram-sha-256\n");
            statement.execute("select pg_reload_conf()");
        }
    }
}
