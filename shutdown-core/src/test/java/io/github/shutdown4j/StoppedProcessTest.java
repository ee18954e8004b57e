package io.github.shutdown4j;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import io.github.shutdown4j.checkpoint.CheckpointStore;
import io.github.shutdown4j.checkpoint.LastRun;
import io.github.shutdown4j.testing.Attempts;
import io.github.shutdown4j.testing.ChildJvm;
import io.github.shutdown4j.testing.Moments;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

/** A process that is stopped by SIGSTOP during its shutdown, as by a debugger, a frozen container or a paused machine. */
@Execution(ExecutionMode.CONCURRENT)
class StoppedProcessTest extends CoordinatorProcess {

    @TempDir
    private Path directory;

    @Test
    void aShutdownThatContinuesAfterAllOfItsTimeStillSavesTheState() throws Exception {
        continuesAfter(ofMillis(12_200)); // more than a second beyond the timeout and the force delay
    }

    @Test
    void aShutdownThatContinuesWhenItsHaltIsDueStillSavesTheState() throws Exception {
        continuesAfter(ofMillis(10_900));
    }

    private void continuesAfter(Duration sinceRequest) throws Exception {
        // On a stalled machine the drain is over before the process is stopped, or six seconds are not enough for the
        // rest.
        Attempts.upToThree(() -> {
            Path state = Files.createTempDirectory(directory, "attempt").resolve("state.json");
            try (ChildJvm child = start(withState(state))) {
                child.awaitLine("holding");
                long requested = System.nanoTime();
                child.signal("TERM");
                child.awaitLine("phase DRAIN");
                Attempts.inTime(() -> {
                    child.signal("STOP");
                    Moments.after(sinceRequest.minusNanos(System.nanoTime() - requested));
                    assertThat(state).doesNotExist();
                    child.signal("CONT");
                    child.assertExit(1).within(ofMillis(0), IN_TIME); // for the request; a halt would be 124
                    assertSaved(child, state);
                });
            }
        });
    }

    @Test
    @DisplayName("scenario 51: stopped and continued in the middle of the drain")
    void stoppedAndContinuedInTheDrain() {
        try (ChildJvm child = start("in-flight", "600000", "timeout", "10000", "force-delay", "20000")) {
            child.awaitLine("holding");
            child.signal("TERM");
            child.awaitLine("phase DRAIN");
            child.sh("kill -STOP $pid; sleep 10.5; kill -CONT $pid");
            child.mark();
            child.assertExit(1).within(ofMillis(0), ofSeconds(19)); // a halt would be 124
            assertThat(phases(child)).isEqualTo(PHASES);
        }
    }

    private static String[] withState(Path file) {
        return new String[] {
            "in-flight",
            "60000",
            "unsaved-state",
            file.toString(),
            "timeout",
            "4500",
            "save-timeout", // of the first save in a cold JVM
            "1500",
            "force-delay",
            "6000"
        };
    }

    private static void assertSaved(ChildJvm child, Path state) throws Exception {
        assertThat(phases(child)).isEqualTo(PHASES);
        assertThat(child.out()).contains("released early", "released late", "finished 1");
        assertThat(log(child))
                .contains("the process was stopped in phase drain; the next phases have their reserved time")
                .doesNotContain("halting");
        assertThat(state).content().contains("\"done\" : 7");
        try (CheckpointStore<Object> store = CheckpointStore.json(state, Object.class)) {
            var unused = store.load();
            assertThat(store.lastRun().ending()).isEqualTo(LastRun.Ending.CLEAN);
        }
    }
}
