package io.github.shutdown4j.examples.backend.deploy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Jedis;

import io.github.shutdown4j.examples.backend.TestServers;
import io.github.shutdown4j.systemd.real.Answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** "shutdown-backendctl --home DIR", which needs no systemd. */
@Timeout(900)
class ScriptForOneDirectoryTest extends OneDirectory {

    @Test
    void itStartsAndStopsReloadsAndTellsAsTheServiceDoes() throws Exception {
        assertThat(control("status")).isEqualTo(3);
        assertThat(control("health")).isEqualTo(7);
        assertThat(control("reload")).isEqualTo(7);
        assertThat(control("nonsense")).isEqualTo(2);
        assertThat(output).endsWith("there is no verb nonsense\n");
        assertThat(control("start", "more")).isEqualTo(2);
        assertThat(output).endsWith("start takes no arguments\n");
        controlWell("help");
        assertThat(output).startsWith("usage: shutdown-backendctl --home DIR VERB");

        // The port is that of the settings, which nothing overrides: here one that the kernel chooses.
        Path settings = home.resolve("config.toml");
        String good = "data_dir = \"my data\"\n[web]\nport = 0\n";
        Files.writeString(settings, good);
        Files.writeString(
                home.resolve("environment"),
                "DATABASE_URL='" + TestServers.databaseUrl() + "'\nREDIS_URL='" + TestServers.redisUrl()
                        + "'\nTERMINATION_MESSAGE=why\n");
        controlWell("check");
        assertThat(output).contains("my data", "config.toml)").doesNotContain("(DATA_DIR)", "(PORT)");
        try {
            controlWell("start");
            controlWell("start");
            assertThat(output).isEqualTo("Already running.\n");
            controlWell("status");
            controlWell("health");
            assertThat(output).contains("\"live\":true", "\"ready\":true");
            Files.writeString(settings, good + "[log]\nlevel = \"debug\"\n");
            controlWell("reload");
            Files.writeString(settings, good + "[log]\nlevle = \"debug\"\n");
            for (String verb : List.of("check", "reload", "restart")) {
                assertThat(control(verb)).as(verb).isEqualTo(6);
                assertThat(output).as(verb).contains("log.levle");
            }
            Files.writeString(settings, good);
            String process = Files.readString(home.resolve("backend.pid"));
            controlWell("restart");
            assertThat(home.resolve("backend.pid")).content().isNotEqualTo(process);
            controlWell("logs");
            assertThat(output).contains("The backend is ready.").doesNotContain("WARN");

            // A stop from elsewhere that fails must be visible, and so must a process id that belongs to another
            // process.
            new ProcessBuilder(
                            "kill",
                            "-KILL",
                            Files.readString(home.resolve("backend.pid")).strip())
                    .start()
                    .waitFor();
            await().until(() -> control("status") == 1);
            assertThat(output).contains("exit status 137");
            Files.writeString(
                    home.resolve("backend.pid"), ProcessHandle.current().pid() + "\n");
            assertThat(control("status")).isEqualTo(1);
            controlWell("stop");
            assertThat(output).isEqualTo("Not running.\n");
            controlWell("start");
        } finally {
            controlWell("stop");
        }
        assertThat(control("status")).isEqualTo(3);
        assertThat(home.resolve("why"))
                .content()
                .startsWith("Shutdown report: received SIGTERM")
                .hasLineCount(1);
    }

    private long processes() {
        return ProcessHandle.allProcesses()
                .filter(process ->
                        process.info().commandLine().orElse("").contains("-Dbackend.home=" + home.toAbsolutePath()))
                .count();
    }

    private int port() throws Exception {
        Matcher port =
                Pattern.compile("http://localhost:(\\d+)/docs").matcher(Files.readString(home.resolve("backend.log")));
        assertThat(port.find()).isTrue();
        return Integer.parseInt(port.group(1));
    }

    @Test
    void twoStartsMakeOneProcessWhichAQuietLogABadEndAndMissingToolsDoNotHide() throws Exception {
        Path tools = tools("sh", "bash", "cat", "dirname", "grep", "sed", "tail", "timeout", "tr");
        Files.writeString(
                home.resolve("config.toml"),
                "[web]\nport = 0\n[log]\nlevel = \"error\"\n[shutdown]\ntimeout_secs = 2\n");
        Files.writeString(
                home.resolve("environment"),
                "DATABASE_URL='" + TestServers.databaseUrl() + "'\nREDIS_URL='" + TestServers.redisUrl() + "'\n");
        try {
            List<CompletableFuture<Answer>> starts = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                starts.add(inBackground(Map.of(), "start"));
            }
            for (CompletableFuture<Answer> start : starts) {
                assertThat(start.join()).satisfies(answer -> assertThat(answer.exitCode())
                        .as(answer.output())
                        .isZero());
            }
            assertThat(processes()).isEqualTo(1);
            controlWell("status");
            controlWell("reload"); // which is not logged at this level

            Answer health = controlWith(Map.of("PATH", tools.toString()), "health");
            assertThat(health.exitCode()).as(health.output()).isZero();
            assertThat(health.output()).contains("\"live\":true", "\"ready\":true");

            // A job that outlasts the stop: it ends with 1, and is started again.
            assertThat(Load.exchange(port(), "POST", "/jobs", "{\"type\":\"A\",\"payload\":{\"ms\":3600000}}"))
                    .startsWith("HTTP/1.1 202 ");
            await().until(() -> Load.exchange(port(), "GET", "/metrics", "").contains("jobs_in_flight{type=\"A\"} 1"));
            String process = Files.readString(home.resolve("backend.pid"));
            controlWell("restart");
            assertThat(output).contains("stopped with a failure, exit status 1");
            assertThat(home.resolve("backend.pid")).content().isNotEqualTo(process);
        } finally {
            control("stop"); // with 1 again, if the job has begun again
            try (Jedis redis = new Jedis(TestServers.redisUrl())) {
                redis.flushAll();
            }
        }
        assertThat(processes()).isZero();
    }

    @Test
    void theDirectoryIsTheOneThatWasNamedWhateverCdpathIs() throws Exception {
        Files.createDirectories(home.resolve("elsewhere/data"));
        Path data = Files.createDirectory(home.resolve("data"));
        Files.writeString(data.resolve("backend.exit"), "5\n");
        Answer status = run(
                Map.of("CDPATH", home.resolve("elsewhere").toString()),
                List.of("sh", script.toString(), "--home", "data", "status"));
        assertAnswer(status, 1, "shutdown-backend: failed, exit status 5\n");
    }

    private static boolean nobodyMayRun() throws Exception {
        List<String> command = new ArrayList<>(AS_NOBODY);
        String script = Path.of("deploy/shutdown-backendctl").toAbsolutePath().toString();
        command.addAll(List.of("test", "-r", script, "-a", "-r", System.getProperty("example.jar")));
        command.addAll(List.of("-a", "-x", System.getProperty("java.home") + "/bin/java"));
        return new ProcessBuilder(command).start().waitFor() == 0;
    }

    @Test
    void aDirectoryThatCannotBeWrittenIsSaidAtOnce() throws Exception {
        boolean root = "root".equals(System.getProperty("user.name"));
        if (root) {
            assumeTrue(Files.exists(Path.of("/usr/bin/setpriv")), "needs setpriv");
            assumeTrue(nobodyMayRun(), "needs scripts and a Java that every user may read");
        }
        Path directory = Files.createDirectory(home.resolve("directory"));
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("r-xr-xr-x"));
        List<String> command = new ArrayList<>(root ? AS_NOBODY : List.of());
        command.addAll(List.of("sh", script.toString(), "--home", directory.toString(), "start"));
        Answer start = run(Map.of(), command);
        assertAnswer(
                start,
                1,
                "shutdown-backendctl: " + directory + " cannot be written; check its permissions and the free space\n");
        assertThat(Duration.ofMillis(start.millis())).isLessThan(START_PATIENCE);
    }
}
