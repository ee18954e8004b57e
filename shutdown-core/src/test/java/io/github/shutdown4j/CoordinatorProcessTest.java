package io.github.shutdown4j;

import java.util.List;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.shutdown4j.testing.Attempts;
import io.github.shutdown4j.testing.ChildExit;
import io.github.shutdown4j.testing.ChildJvm;
import io.github.shutdown4j.testing.Moments;

import static io.github.shutdown4j.testing.ExitAssert.assertThat;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** Real signals to real processes: exit codes, order and times, row by row of the exit-code table. */
@Execution(ExecutionMode.CONCURRENT)
class CoordinatorProcessTest extends CoordinatorProcess {

    /** The bounds of a shutdown without work, with a reserve for a busy machine. */
    private static void wasQuick(ChildExit exit) {
        assertThat(exit).tookBetween(ofMillis(0), IN_TIME);
        assertThat(exit.report().orElseThrow().elapsed()).isLessThan(IN_TIME);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    @DisplayName("scenarios 1 and 2: a signal runs all phases once, in order, and the exit code is 0")
    void signalWalksAllPhasesAndExitsWithZero(String signal) {
        ChildJvm child = start("marking-hook");
        ChildExit exit = child.signal(signal).awaitExit();
        wasQuick(exit);
        assertThat(exit)
                .hasExitCode(0)
                .endedBecauseOf("SIG" + signal)
                .ranPhasesInOrder()
                .ranInOrder("plain", "early", "late")
                .abandonedNothing()
                .printed("reason received SIG" + signal)
                .printed("hooks ran")
                .printed("stopped plain", "released early", "released late", "finished 0");
        assertThat(phases(child)).isEqualTo(PHASES);
    }

    @Test
    @DisplayName("scenario 2: a call runs the same phases with another reason")
    void callWalksTheSamePhases() {
        try (ChildJvm child = start()) {
            child.type("shutdown");
            child.assertExit(0).within(ofMillis(0), IN_TIME);
            assertThat(phases(child)).isEqualTo(PHASES);
            assertThat(child.out()).contains("reason requested by a typed line", "asked: true");
        }
    }

    @Test
    @DisplayName("scenario 5: SIGTERM and SIGINT a moment apart are one shutdown")
    void twoSignalsAMomentApart() throws Exception {
        int rounds = Integer.getInteger("torture.signals", 6);
        for (int i = 0; i < rounds; i++) {
            Attempts.upToThree(() -> {
                try (ChildJvm child = start()) {
                    child.sh("kill -TERM $pid; sleep 0.001; kill -INT $pid || true");
                    // On a stalled machine the moment is longer than a second.
                    Attempts.inTime(() -> child.assertExit(0).within(ofMillis(0), IN_TIME));
                    assertThat(phases(child)).isEqualTo(PHASES);
                }
            });
        }
    }

    @Test
    @DisplayName(
            "scenario 6: SIGTERM during the start ends the process in order; what had not started yet is no failure")
    void signalDuringStart() {
        try (ChildJvm child = program("slow-start").start()) {
            child.awaitLine("starting slow");
            child.signal("TERM");
            child.assertExit(0).within(ofMillis(0), IN_TIME);
            assertThat(phases(child)).isEqualTo(PHASES);
            assertThat(child.out()).doesNotContain("ready");
            assertThat(log(child)).contains("slow");
        }
    }

    @Test
    @DisplayName("scenario 7: SIGTERM at any moment of the start kills by default or shuts down completely")
    void signalAtAnyMomentOfTheStart() {
        int rounds = Integer.getInteger("torture.starts", 8);
        for (int i = 0; i < rounds; i++) {
            try (ChildJvm child = program().start()) {
                Moments.after(ofMillis(1_200L * i / rounds));
                child.signal("TERM");
                ChildExit exit = child.awaitExit();
                List<String> phases = phases(child);
                if (exit.brokeOffVmStart()) {
                    assertThat(phases).isEmpty();
                } else if (phases.isEmpty()) {
                    assertThat(exit.code()).isEqualTo(143);
                } else {
                    assertThat(phases).isEqualTo(PHASES);
                    assertThat(exit.code()).isIn(0, 1, 143);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"stop-from-service", "shutdown-in-resource", "requesting-hook"})
    @DisplayName("scenario 8: shutdown() from a service, a resource and a hook: one sequence, no deadlock")
    void shutdownFromAnywhere(String where) {
        try (ChildJvm child = start(where)) {
            child.mark();
            if (!where.equals("stop-from-service")) {
                child.signal("TERM");
            }
            child.assertExit(0).within(ofMillis(0), IN_TIME);
            assertThat(phases(child)).isEqualTo(PHASES);
        }
    }

    @Test
    @DisplayName("scenario 8: a request that signals its own process is awaited like any other")
    void signalFromInsideARequest() {
        ChildJvm child = start();
        ChildExit exit = child.type("term-in-guard").awaitExit();
        assertThat(exit)
                .hasExitCode(0)
                .tookBetween(ofMillis(1_000), IN_TIME) // the request takes 1 s from the signal, the drain may 54 s
                .endedBecauseOf("SIGTERM")
                .ranPhasesInOrder()
                .ranInOrder("plain", "work", "early", "late")
                .completed("work")
                .abandonedNothing()
                .printed("reason received SIGTERM", "answered", "released early", "released late", "finished 0");
        assertThat(phases(child)).isEqualTo(PHASES);
    }

    @Test
    void uncaughtExceptionIsAReasonIfEnabled() {
        try (ChildJvm child = start("watch-uncaught")) {
            child.type("throw");
            child.assertExit(1).within(ofMillis(0), IN_TIME);
            assertThat(child.out().toString()).contains("uncaught exception in thread 'thrower'");
            assertThat(log(child)).contains("nobody catches this");
        }
        try (ChildJvm child = start()) {
            child.type("throw");
            child.awaitLine("nobody catches this");
            assertThat(child.isAlive()).isTrue();
            child.signal("TERM");
            child.assertExit(0).within(ofMillis(0), IN_TIME);
        }
    }

    @Test
    @DisplayName("scenario 35: a failed service ends the process with 1 and is reported")
    void failedServiceEndsTheProcess() {
        try (ChildJvm child = start("failing-service")) {
            child.mark();
            child.assertExit(1).within(ofMillis(0), IN_TIME);
            assertThat(phases(child)).isEqualTo(PHASES);
            assertThat(child.out().toString()).contains("service 'failing' failed", "disk on fire");
        }
    }

    @Test
    void failedStepIsExitCodeOne() {
        try (ChildJvm child = start("failing-resource")) {
            child.signal("TERM");
            ChildExit exit = child.awaitExit();
            wasQuick(exit);
            assertThat(exit)
                    .hasExitCode(1)
                    .ranPhasesInOrder()
                    .completed("late")
                    .abandonedNothing()
                    .printed("released late", "finished 1")
                    .printed("cannot close");
        }
    }

    @Test
    @DisplayName("scenario 75: as PID 1 of a container, with a zombie")
    void asProcessOne() {
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root to make a PID namespace");
        try (ChildJvm child = program()
                .under("unshare", "--pid", "--fork", "--kill-child", "--mount-proc")
                .start()) {
            child.awaitLine("ready");
            // An orphan becomes a child of process 1, which does not know it and does not wait for its end.
            child.sh("java=$(cat /proc/$pid/task/$pid/children); nsenter --target $java --pid sh -c 'sleep 0.1 & true';"
                    + " until cat /proc/$java/task/*/children | xargs -n 1 -I % grep -q '^State:.Z' /proc/%/status;"
                    + " do sleep 0.1; done; kill -TERM $java");
            child.assertExit(0).within(ofMillis(0), IN_TIME);
            assertThat(phases(child)).isEqualTo(PHASES);
        }
    }

    @Test
    @DisplayName("scenario 76: a shell as process 1 keeps SIGTERM to itself, which the log says at the start")
    void behindAShellAsProcessOne() {
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root to make a PID namespace");
        try (ChildJvm child = program()
                .under(
                        "unshare",
                        "--pid",
                        "--fork",
                        "--kill-child",
                        "--mount-proc",
                        "sh",
                        "-c",
                        "\"$@\"; exit $?",
                        "sh")
                .start()) {
            child.awaitLine("ready");
            String shell = "shell=$(cat /proc/$pid/task/$pid/children); ";
            child.sh(shell + "kill -TERM $shell");
            child.type("shutdown").assertExit(0).within(ofMillis(0), IN_TIME);
            assertThat(child.out()).contains("reason requested by a typed line"); // not the signal before it
            assertThat(log(child)).contains("process 1 is the shell 'sh'", "exec java");
        }
        try (ChildJvm child = start()) {
            child.signal("TERM");
            child.assertExit(0).within(ofMillis(0), IN_TIME);
            assertThat(log(child)).doesNotContain("process 1");
        }
    }
}
