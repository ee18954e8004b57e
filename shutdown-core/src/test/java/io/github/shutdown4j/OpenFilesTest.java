package io.github.shutdown4j;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import io.github.shutdown4j.checkpoint.Checkpoint;
import io.github.shutdown4j.checkpoint.CheckpointStore;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.resources.Resources;
import io.github.shutdown4j.services.Service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** Which files of its directory this process has open. */
@Timeout(180)
@EnabledOnOs(value = OS.LINUX, disabledReason = "needs /proc/self/fd")
class OpenFilesTest {

    private static final int ROUNDS = 20;

    @TempDir
    private Path directory;

    private List<Path> open() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors
                    .map(OpenFilesTest::target)
                    .filter(file -> file.startsWith(directory))
                    .toList();
        }
    }

    private static Path target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor);
        } catch (IOException closed) {
            return descriptor;
        }
    }

    private ShutdownCoordinatorBuilder builder(Path file) throws IOException {
        CheckpointStore<String> store = CheckpointStore.json(file, String.class);
        var unused = store.load();
        return ShutdownCoordinator.builder()
                .embedded()
                .timeout(Duration.ofSeconds(60))
                .checkpoint(Checkpoint.every(Duration.ofMillis(5), store, () -> Long.toString(System.nanoTime())))
                .resource(Resources.file("log", Files.newOutputStream(file.resolveSibling("log"))));
    }

    private void runAndEnd(ShutdownCoordinator coordinator, int exitCode) throws Exception {
        assertThat(open()).isNotEmpty();
        coordinator.shutdown("the test");
        ShutdownReport report = coordinator.await();
        assertThat(report.exitCode()).as(report.toText()).isEqualTo(exitCode);
    }

    private void awaitNoneOpen() {
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(open()).isEmpty());
    }

    @Test
    @DisplayName("scenario 92: coordinators that end in order leave no file open")
    void orderlyEndsLeaveNone() throws Exception {
        Path file = directory.toRealPath().resolve("state.json");
        for (int i = 0; i < ROUNDS; i++) {
            ShutdownCoordinator coordinator = builder(file).build();
            coordinator.start();
            await().until(() -> Files.exists(file));
            runAndEnd(coordinator, 0);
        }
        awaitNoneOpen();
    }

    @Test
    @DisplayName("scenario 92: neither do those whose state cannot be saved")
    void failedSavesLeaveNone() throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            Path own = Files.createDirectory(directory.toRealPath().resolve("run" + i));
            ShutdownCoordinator coordinator = builder(own.resolve("state.json")).build();
            coordinator.start();
            Files.move(own, own.resolveSibling("gone" + i));
            runAndEnd(coordinator, 1);
        }
        awaitNoneOpen();
    }

    @Test
    @DisplayName("scenario 92: neither do those whose start fails, nor a file that is in use")
    void failedStartsLeaveNone() throws Exception {
        Path file = directory.toRealPath().resolve("state.json");
        for (int i = 0; i < ROUNDS; i++) {
            ShutdownCoordinator coordinator = builder(file)
                    .service(
                            "broken",
                            Service.of(
                                    () -> {
                                        throw new IOException("no database");
                                    },
                                    () -> {}))
                    .build();
            assertThatThrownBy(() -> CheckpointStore.json(file, String.class)).hasMessageContaining("in use");
            coordinator.start();
            assertThat(coordinator.await().exitCode()).isEqualTo(1);
        }
        awaitNoneOpen();
    }
}
