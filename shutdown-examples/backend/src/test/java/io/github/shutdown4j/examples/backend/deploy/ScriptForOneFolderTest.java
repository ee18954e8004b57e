package io.github.shutdown4j.examples.backend.deploy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.github.shutdown4j.examples.backend.ClassArchive;
import io.github.shutdown4j.examples.backend.TestServers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/** "shutdown-backendctl --home DIR", which needs no systemd. */
@Timeout(180)
class ScriptForOneFolderTest {

    @TempDir
    private Path home;

    private String output = "";

    private int control(String... arguments) throws Exception {
        // As below nohup, where a process that does nothing about it never hears of a reload.
        List<String> command = new ArrayList<>(List.of(
                "sh",
                "-c",
                "trap '' HUP; exec \"$@\"",
                "sh",
                "sh",
                "deploy/shutdown-backendctl",
                "--home",
                home.toString()));
        command.addAll(List.of(arguments));
        Path file = home.resolve("answer");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(file.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment()
                .put("JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 " + String.join(" ", ClassArchive.options()));
        builder.environment().put("BACKEND_JAR", System.getProperty("example.jar"));
        builder.environment().keySet().removeAll(List.of("PORT", "DATA_DIR"));
        Process process = builder.start();
        process.getOutputStream().close();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        output = Files.readString(file, StandardCharsets.UTF_8);
        return process.exitValue();
    }

    private void controlWell(String... arguments) throws Exception {
        int code = control(arguments);
        assertThat(code).as(() -> String.join(" ", arguments) + ": " + output).isZero();
    }

    @Test
    void itStartsAndStopsReloadsAndTellsAsTheServiceDoes() throws Exception {
        assumeThat(Path.of("/bin/sh")).exists();
        assertThat(control("status")).isEqualTo(3);
        assertThat(control("health")).isEqualTo(7);
        assertThat(control("reload")).isEqualTo(7);
        assertThat(control("nonsense")).isEqualTo(2);
        assertThat(control("start", "more")).isEqualTo(2);
        controlWell("help");
        assertThat(output).startsWith("usage: shutdown-backendctl --home DIR VERB");

        // The port is that of the settings, which nothing else outweighs: here one that the kernel chooses.
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
            assertThat(output).isEqualTo("It is running already.\n");
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

            // A stop from elsewhere that does not go well is to be seen, and so is a number that is somebody else's.
            new ProcessBuilder(
                            "kill",
                            "-KILL",
                            Files.readString(home.resolve("backend.pid")).strip())
                    .start()
                    .waitFor();
            org.awaitility.Awaitility.await().until(() -> control("status") == 1);
            assertThat(output).contains("exit status 137");
            Files.writeString(
                    home.resolve("backend.pid"), ProcessHandle.current().pid() + "\n");
            assertThat(control("status")).isEqualTo(1);
            controlWell("stop");
            assertThat(output).isEqualTo("It is not running.\n");
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
}
