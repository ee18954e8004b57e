package io.github.shutdown4j;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.shutdown4j.report.ShutdownPhase;
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

    /** The output of a shutdown that is forced to end during the release. */
    private static final List<String> UNTIL_RELEASE = PHASES.subList(0, ShutdownPhase.RELEASE.ordinal() + 1);

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
    @DisplayName("scenario 3: a second SIGINT forces the exit at once with 130, and the log names the hung resource")
    void secondInterruptForces() throws Exception {
        secondSignalForces("INT", 130);
    }

    private void secondSignalForces(String signal, int exitCode, String... options) throws Exception {
        List<String> args = new ArrayList<>(List.of("slow-resource", "timeout", "180000"));
        args.addAll(List.of(options));
        Attempts.upToThree(() -> {
            try (ChildJvm child = start(args.toArray(String[]::new))) {
                child.signal(signal);
                child.awaitLine("releasing slow");
                child.awaitLine("phase RELEASE");
                Moments.after(ofMillis(1_500));
                child.signal(signal);
                child.assertExit(exitCode).within(ofMillis(0), IN_TIME); // the resource has 60 s
                assertThat(phases(child)).isEqualTo(UNTIL_RELEASE);
                assertThat(child.out()).doesNotContain("released late").noneMatch(line -> line.startsWith("finished"));
                assertLogsBeforeTheHalt(child, "halting with exit code " + exitCode, "resource 'slow'");
            }
        });
    }

    @Test
    @DisplayName("scenario 3: SIGINT twice within milliseconds is one, and so is SIGTERM twice")
    void repeatedSignalCountsAsOne() throws Exception {
        Attempts.upToThree(() -> {
            try (ChildJvm child = start("in-flight", "1500")) {
                child.awaitLine("holding");
                child.signal("INT", "INT");
                // On a stalled machine the second one comes more than a second later.
                Attempts.inTime(() -> child.assertExit(0).within(ofMillis(1_500), IN_TIME));
            }
        });
        try (ChildJvm child = start("in-flight", "0", "until-answer")) {
            child.awaitLine("holding");
            child.signal("TERM");
            child.awaitLine("reason received SIGTERM");
            Moments.after(ofMillis(1_200));
            child.signal("TERM").awaitLine("SIGTERM repeated");
            child.type("answer");
            child.assertExit(0).within(ofMillis(0), IN_TIME);
            assertThat(child.out()).contains("answered");
        }
    }

    @Test
    @DisplayName("a second SIGTERM forces with 143 if configured")
    void secondTermForcesIfConfigured() throws Exception {
        secondSignalForces("TERM", 143, "force-on", "ANY");
    }

    @Test
    @DisplayName("scenario 4: with force_on never, three signals behave like one")
    void neverForced() {
        try (ChildJvm child = start("in-flight", "0", "until-answer", "force-on", "NEVER")) {
            child.awaitLine("holding");
            child.signal("TERM");
            child.awaitLine("reason received SIGTERM");
            Moments.after(ofMillis(1_200));
            child.signal("TERM", "INT");
            child.awaitLine("SIGTERM repeated");
            child.awaitLine("SIGINT repeated");
            child.type("answer");
            child.assertExit(0).within(ofMillis(0), IN_TIME);
            assertThat(child.out()).contains("answered");
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
                if (child.lines().toString().contains("Error occurred during initialization of VM")) {
                    // by the JVM itself, between two phases of its start; see findings
                    assertThat(exit.code()).isEqualTo(1);
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
    @DisplayName("scenario 45: the process exits although a resource hangs and other threads remain")
    void hungResourceDoesNotHoldTheExit() {
        try (ChildJvm child = start("hung-resource", "non-daemon", "timeout", "9000")) {
            child.signal("TERM");
            child.assertExit(1).within(ofMillis(2_500), IN_TIME);
            assertThat(child.out()).contains("released late", "finished 1");
            assertThat(log(child)).contains("'hung'", "blockForever");
        }
    }

    @Test
    void hungForeignHookIsHaltedAndNamed() throws Exception {
        Attempts.upToThree(() -> {
            try (ChildJvm child = start("hung-hook", "timeout", "6000", "force-delay", "500")) {
                child.signal("TERM");
                assertThat(child.awaitExit())
                        .hasExitCode(124)
                        .tookBetween(ofMillis(6_400), IN_TIME)
                        .ranPhasesInOrder();
                Attempts.inTime(() -> assertThat(child.out()).contains("finished 0")); // after 6 s it is 1
                assertLogsBeforeTheHalt(child, "halting with exit code 124", "a JVM shutdown hook", "\"foreign\"");
            }
        });
    }

    @Test
    void withoutForceNothingIsHalted() {
        try (ChildJvm child = start("in-flight", "0", "until-answer", "no-force")) {
            child.awaitLine("holding");
            child.signal("INT");
            child.awaitLine("reason received SIGINT");
            Moments.after(ofMillis(1_200));
            child.signal("INT");
            child.awaitLine("force_quit is off");
            child.type("answer");
            child.assertExit(0).within(ofMillis(0), IN_TIME);
            assertThat(child.out()).contains("answered");
            assertThat(log(child)).contains("request");
        }
    }

    @Test
    @DisplayName("scenario 51: stopped and continued in the middle of the drain")
    void stoppedAndContinuedInTheDrain() {
        try (ChildJvm child = start("in-flight", "600000", "timeout", "10000")) {
            child.awaitLine("holding");
            child.signal("TERM");
            child.awaitLine("phase DRAIN");
            child.sh("kill -STOP $pid; sleep 10.5; kill -CONT $pid");
            child.mark();
            child.assertExit(1).within(ofMillis(0), ofMillis(8_500));
            assertThat(phases(child)).isEqualTo(PHASES);
        }
    }

    @Test
    @DisplayName("scenario 75: as PID 1 of a container")
    void asProcessOne() {
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root to make a PID namespace");
        try (ChildJvm child = program()
                .under("unshare", "--pid", "--fork", "--kill-child", "--mount-proc")
                .start()) {
            child.awaitLine("ready");
            child.sh("kill -TERM $(cat /proc/$pid/task/$pid/children)");
            child.assertExit(0).within(ofMillis(0), IN_TIME);
            assertThat(phases(child)).isEqualTo(PHASES);
        }
    }
}
