package io.github.shutdown4j;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.testing.Attempts;
import io.github.shutdown4j.testing.ChildJvm;
import io.github.shutdown4j.testing.Moments;

import static io.github.shutdown4j.testing.ExitAssert.assertThat;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;

/** Signals that are repeated, and what hangs: when the exit of a real process is forced, and when not. */
@Execution(ExecutionMode.CONCURRENT)
class CoordinatorForceProcessTest extends CoordinatorProcess {

    /** The output of a shutdown that is forced to end during the release. */
    private static final List<String> UNTIL_RELEASE = PHASES.subList(0, ShutdownPhase.RELEASE.ordinal() + 1);

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
}
