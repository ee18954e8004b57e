package io.github.shutdown4j.systemd;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.jna.Native;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;

import io.github.shutdown4j.ShutdownCoordinator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application that is itself a named module compiles against the two modules, and shuts down cleanly on the module
 * path.
 */
class ModulePathTest {

    private static final String DESCRIPTOR = """
            module app {
                requires io.github.shutdown4j.systemd;
                // The record of the checkpoint is read and written by Jackson.
                opens app;
            }
            """;

    private static final String MAIN = """
            package app;

            import io.github.shutdown4j.*;
            import io.github.shutdown4j.checkpoint.*;
            import io.github.shutdown4j.systemd.*;
            import java.nio.file.Path;

            public class Main {
                record State(int runs) {}

                public static void main(String[] args) throws Exception {
                    var store = CheckpointStore.json(Path.of(args[0]), State.class);
                    int runs = store.load().orElse(new State(0)).runs() + 1;
                    var coordinator = ShutdownCoordinator.builder()
                            .listener(SystemdListener.fromEnvironment())
                            .checkpoint(Checkpoint.of(store, () -> new State(runs)))
                            .returnWhenDone()
                            .build();
                    coordinator.start();
                    System.out.println(ShutdownCoordinator.class.getModule() + ", " + SystemdListener.class.getModule());
                    coordinator.shutdown("main");
                    System.out.println(coordinator.await().exitCode() + " after run " + runs);
                }
            }
            """;

    @TempDir
    Path directory;

    private String modulePath;

    @BeforeEach
    void compile() throws Exception {
        modulePath = Stream.of(
                        ShutdownCoordinator.class,
                        SystemdListener.class,
                        Logger.class,
                        JsonProperty.class,
                        JsonFactory.class,
                        ObjectMapper.class,
                        Native.class)
                .map(ModulePathTest::whereIs)
                .collect(Collectors.joining(File.pathSeparator));
        Path descriptor = Files.writeString(directory.resolve("module-info.java"), DESCRIPTOR);
        Path main = Files.writeString(directory.resolve("Main.java"), MAIN);
        int failures = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "--release",
                        "17",
                        "-p",
                        modulePath,
                        "-d",
                        directory.resolve("app").toString(),
                        descriptor.toString(),
                        main.toString());
        assertThat(failures).isZero();
    }

    private static String whereIs(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException notAFile) {
            throw new IllegalStateException(notAFile);
        }
    }

    @Test
    void anApplicationOfNamedModulesStartsSavesAndEnds() throws Exception {
        String state = directory.resolve("state.json").toString();
        assertThat(run(state))
                .contains("module io.github.shutdown4j, module io.github.shutdown4j.systemd", "0 after run 1");
        assertThat(run(state)).contains("0 after run 2");
    }

    private List<String> run(String state) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-p",
                        modulePath + File.pathSeparator + directory.resolve("app"),
                        "-m",
                        "app/app.Main",
                        state)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output.lines().toList();
    }
}
