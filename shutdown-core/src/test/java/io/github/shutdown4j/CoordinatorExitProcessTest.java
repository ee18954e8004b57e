package io.github.shutdown4j;

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

/** Exits that other code has started, before or during the shutdown: their exit code is kept, and the sequence runs. */
@Execution(ExecutionMode.CONCURRENT)
class CoordinatorExitProcessTest extends CoordinatorProcess {

    @Test
    @DisplayName("scenario 16: System.exit elsewhere runs the sequence and keeps its code")
    void foreignExitKeepsItsCode() throws Exception {
        Attempts.upToThree(this::keepsTheCodeOfAForeignExit);
    }

    private void keepsTheCodeOfAForeignExit() throws Exception {
        try (ChildJvm child = start("in-flight", "600")) {
            child.awaitLine("holding");
            child.type("exit7");
            ChildExit exit = child.awaitExit();
            assertThat(exit)
                    .hasExitCode(7)
                    .tookBetween(ofMillis(600), IN_TIME)
                    .endedBecauseOf("the JVM is exiting")
                    .ranPhasesInOrder()
                    .abandonedNothing();
            assertThat(phases(child)).isEqualTo(PHASES);
            assertThat(child.out()).contains("answered", "released late");
            assertThat(exit.report().orElseThrow().exitCode()).isEmpty();
            assertNamesTheCaller(exit, "\"exiter\"");
        }
    }

    /** The search for the caller has two seconds. */
    private static void assertNamesTheCaller(ChildExit exit, String thread) throws Exception {
        Attempts.inTime(() -> assertThat(exit)
                .endedBecauseOf("the JVM is exiting: System.exit was called by thread " + thread
                        + " at io.github.shutdown4j.CoordinatorProgram."));
    }

    @Test
    @DisplayName("scenario 16: after Runtime.halt nothing runs")
    void haltRunsNothing() {
        try (ChildJvm child = start()) {
            child.type("halt9");
            ChildExit exit = child.awaitExit();
            assertThat(exit).hasExitCode(9).tookBetween(ofMillis(0), IN_TIME).didNotPrint("phase ");
            assertThat(exit.report()).isEmpty();
        }
    }

    @Test
    void endOfMainRunsTheSequence() throws Exception {
        Attempts.upToThree(() -> {
            try (ChildJvm child = start("return-from-main")) {
                child.type("end-main");
                ChildExit exit = child.awaitExit();
                assertThat(exit).hasExitCode(0).tookBetween(ofMillis(0), IN_TIME);
                assertThat(phases(child)).isEqualTo(PHASES);
                Attempts.inTime(() ->
                        assertThat(exit).endedBecauseOf("the JVM is exiting: the last non-daemon thread has ended"));
            }
        });
    }

    @Test
    void exitOnAVirtualThreadIsNamedToo() throws Exception {
        assumeTrue(Runtime.version().feature() >= 21, "needs JDK 21: virtual threads");
        Attempts.upToThree(() -> {
            try (ChildJvm child = start()) {
                child.type("exit8-virtual");
                ChildExit exit = child.awaitExit();
                assertThat(exit).hasExitCode(8);
                assertNamesTheCaller(exit, "\"the virtual one\"");
            }
        });
    }

    @Test
    void unhandledSignalIsNamed() throws Exception {
        Attempts.upToThree(() -> {
            try (ChildJvm child = start()) {
                child.signal("HUP");
                ChildExit exit = child.awaitExit();
                assertThat(exit).hasExitCode(129);
                Attempts.inTime(() ->
                        assertThat(exit).endedBecauseOf("the JVM is exiting: received SIGHUP, which has no handler"));
            }
        });
    }

    @Test
    @DisplayName("scenario 14: SIGHUP during the shutdown, as when a terminal is closed, changes nothing")
    void hangupDuringTheShutdownDecidesNothing() {
        ChildJvm child = start("in-flight", "0", "until-answer", "marking-hook");
        child.signal("TERM").awaitLine("phase DRAIN");
        child.signal("HUP").awaitLine("SIGHUP has no effect, shutting down");
        ChildExit exit = child.type("answer").awaitExit();
        assertThat(exit)
                .hasExitCode(0)
                .tookBetween(ofMillis(0), IN_TIME)
                .endedBecauseOf("SIGTERM")
                .ranPhasesInOrder()
                .abandonedNothing()
                .printed("answered", "hooks ran");
        // The hooks of the JVM start after the phases, as without SIGHUP.
        assertThat(child.out()).containsSubsequence("released late", "hooks ran");
    }

    @Test
    @DisplayName("a resource that calls System.exit is abandoned at once, and the others are released")
    void exitInsideAResource() throws Exception {
        Attempts.upToThree(this::exitOfAResource);
    }

    private void exitOfAResource() throws Exception {
        try (ChildJvm child = start("exit-in-resource")) {
            child.signal("TERM");
            ChildExit exit = child.awaitExit();
            assertThat(exit).hasExitCode(3).tookBetween(ofMillis(0), IN_TIME);
            assertThat(child.out()).contains("released late", "finished 1");
            assertThat(exit.report().orElseThrow().exitCode()).isEmpty();
            Attempts.inTime(() -> assertThat(log(child)) // two seconds for the search, half a second for each line
                    .contains("the JVM is exiting meanwhile: System.exit was called by thread ")
                    .contains("not clean, exit code unchanged"));
        }
    }

    @Test
    @DisplayName("System.exit inside a request: its guard never closes, and the drain waits no longer than its limit")
    void exitInsideARequest() {
        try (ChildJvm child = start("drain-timeout", "700")) {
            child.type("exit-in-guard");
            child.assertExit(5).within(ofMillis(650), IN_TIME);
            assertThat(phases(child)).isEqualTo(PHASES);
            assertThat(child.out()).contains("released late", "finished 1");
            assertThat(log(child)).contains("exiting request", "java.lang.Runtime.exit");
        }
    }

    @Test
    @DisplayName("System.exit inside a service that stops because of another exit: it is not waited for")
    void exitInsideAServiceDuringAnExit() {
        try (ChildJvm child = start("late-exit-in-stop")) {
            child.mark();
            child.type("exit7");
            child.assertExit(7).within(ofMillis(0), IN_TIME);
            assertThat(phases(child)).isEqualTo(PHASES);
            assertThat(log(child)).contains("'exiting' failed", "called System.exit");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"exit-in-service", "exit-in-stop", "exit-in-stop-callback"})
    @DisplayName("System.exit inside a service: its thread never returns and is not waited for")
    void exitInsideAService(String where) {
        try (ChildJvm child = start(where)) {
            child.mark();
            if (!where.equals("exit-in-service")) {
                child.signal("TERM");
            }
            child.assertExit(6).within(ofMillis(0), IN_TIME);
            assertThat(phases(child)).isEqualTo(PHASES);
            assertThat(child.out()).contains("released late", "finished 1");
            assertThat(log(child))
                    .contains("'exiting' failed", "called System.exit", "not clean, exit code unchanged")
                    .doesNotContain("exit code 1");
        }
    }

    @Test
    void signalsDuringAnExitOfOtherCodeChangeNothing() {
        try (ChildJvm child = start("in-flight", "0", "until-answer")) {
            child.awaitLine("holding");
            child.type("exit7");
            child.awaitLine("phase DRAIN");
            child.sh("kill -TERM $pid; sleep 0.05; kill -TERM $pid");
            child.awaitLine("SIGTERM repeated");
            child.type("answer");
            child.assertExit(7).within(ofMillis(0), IN_TIME);
            assertThat(phases(child)).isEqualTo(PHASES);
            assertThat(child.out()).contains("answered", "finished 0");
        }
    }

    @Test
    void secondInterruptForcesAnExitOfOtherCodeToo() throws Exception {
        Attempts.upToThree(() -> {
            try (ChildJvm child = start("slow-resource", "timeout", "180000")) {
                child.type("exit7");
                child.awaitLine("releasing slow");
                Moments.after(ofMillis(1_100));
                child.signal("INT");
                child.assertExit(130).within(ofMillis(0), IN_TIME); // the resource has 60 s
                assertLogsBeforeTheHalt(child, "halting with exit code 130", "resource 'slow'");
            }
        });
    }

    @Test
    void hungHookInAnExitOfOtherCodeIsHaltedAndNamed() throws Exception {
        Attempts.upToThree(() -> {
            try (ChildJvm child = start("hung-hook", "timeout", "6000", "force-delay", "1000")) {
                child.type("exit7");
                child.assertExit(124).within(ofMillis(6_800), IN_TIME);
                Attempts.inTime(() -> assertThat(child.out()).contains("finished 0")); // after 6 s it is 1
                assertLogsBeforeTheHalt(child, "perhaps a JVM shutdown hook", "\"foreign\"");
            }
        });
    }
}
