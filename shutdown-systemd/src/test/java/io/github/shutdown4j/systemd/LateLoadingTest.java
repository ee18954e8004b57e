package io.github.shutdown4j.systemd;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.PhaseReport;
import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.trigger.ShutdownReason;

import static org.assertj.core.api.Assertions.assertThat;

/** A jar may have been replaced when the process ends: what this module needs then was loaded at its start. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "needs Linux")
class LateLoadingTest {

    @TempDir
    Path directory;

    @Test
    void nothingOfThisModuleIsLoadedFirstAtTheEnd() throws Exception {
        Path classes = directory.resolve("classes");
        try (ManagerStub manager = ManagerStub.at(directory.resolve("notify"))) {
            ChildJvm.Result child = new ChildJvm()
                    .option("-Xlog:class+load:file=" + classes + "::filecount=0")
                    .environment(
                            Map.of("NOTIFY_SOCKET", directory.resolve("notify").toString(), "WATCHDOG_USEC", "4000000"))
                    .run(Ending.class, classes.toString());
            assertThat(child.exitCode()).isZero();
            int before = Integer.parseInt(child.output().get(0));
            List<String> late = Files.readAllLines(classes).stream()
                    .skip(before)
                    .filter(line -> line.contains(" io.github.shutdown4j.systemd.") || line.contains(" com.sun.jna."))
                    .filter(line -> !line.contains("/0x") && !line.contains("$$Lambda")) // created, not loaded
                    .toList();
            assertThat(late).isEmpty();
            manager.awaitText("STATUS=ended with problems");
            assertThat(manager.texts())
                    .filteredOn(text -> text.contains("WATCHDOG=1"))
                    .hasSizeGreaterThanOrEqualTo(2);
        }
    }

    /** Becomes ready, prints how many classes are loaded, and ends. */
    static final class Ending {

        private Ending() {}

        public static void main(String[] args) throws Exception {
            CountDownLatch thirdCheck = new CountDownLatch(3); // by then two heartbeats have been sent
            SystemdListener listener = SystemdListener.builder()
                    .watchdog(options -> options.healthCheck(() -> {
                        thirdCheck.countDown();
                        return true;
                    }))
                    .build();
            ShutdownReason reason = new ShutdownReason.Requested("main");
            listener.onReady();
            StepResult step = StepResult.failed("x", Duration.ZERO, Duration.ZERO, new IllegalStateException());
            PhaseReport phase =
                    new PhaseReport(ShutdownPhase.DRAIN, Duration.ZERO, Duration.ZERO, Duration.ZERO, List.of(step));
            ShutdownReport report =
                    new ShutdownReport(reason, Instant.now(), Duration.ZERO, Outcome.values().length, List.of(phase));
            if (!thirdCheck.await(120, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the watchdog does not ask");
            }
            System.out.println(Files.readAllLines(Path.of(args[0])).size());
            listener.onShutdown(reason);
            for (ShutdownPhase each : ShutdownPhase.values()) {
                listener.onPhaseStarted(each, Duration.ofSeconds(1));
                listener.onProgress(each, 2, Duration.ofSeconds(1));
                listener.onProgress(each, 1, Duration.ofSeconds(1));
                listener.onStep(each, step);
            }
            listener.onFinished(report);
        }
    }
}
