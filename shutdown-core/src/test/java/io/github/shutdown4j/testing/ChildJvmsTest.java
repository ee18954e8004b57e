package io.github.shutdown4j.testing;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.PhaseReport;
import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.report.UnfinishedWork;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertAll;

/** The test tools fail when they should, with the reason. */
@TestMethodOrder(OrderAnnotation.class)
class ChildJvmsTest {

    @RegisterExtension
    static final ChildJvms SHARED = new ChildJvms();

    @RegisterExtension
    final ChildJvms jvms = new ChildJvms();

    private static ChildJvm shared;
    private static ChildJvm own;

    @Test
    @Order(1)
    void childOfAStaticFieldOutlivesTheTestThatStartsIt() {
        shared = SHARED.main(ChildJvmTest.Echo.class).start();
        own = jvms.main(ChildJvmTest.Echo.class).start();
        shared.awaitLine("ready");
        own.awaitLine("ready");
    }

    @Test
    @Order(2)
    void childOfAnInstanceFieldDoesNot() {
        assertThat(own.isAlive()).isFalse();
        assertThat(shared.isAlive()).isTrue();
        ChildExit exit = shared.type("end").awaitExit();
        ExitAssert.assertThat(exit)
                .hasExitCode(7)
                .printed("echo end", "hook")
                .tookBetween(ofMillis(200), ofSeconds(60));
        assertThat(exit.report()).isEmpty();
    }

    @Test
    void missingJarIsSeenInTheOutput() {
        ChildExit exit = jvms.jar(Path.of("no.jar")).start().awaitExit();
        ExitAssert.assertThat(exit).hasExitCode(1).printed("no.jar");
    }

    private static ChildExit exit(PhaseReport... phases) {
        return new ChildExit(
                1,
                ofSeconds(3),
                List.of(new ChildJvm.Line("first", false, 0), new ChildJvm.Line("second", true, 1)),
                Optional.of(new ChildReport("received SIGINT", OptionalInt.of(1), ofSeconds(3), List.of(phases))));
    }

    /** Save and release overlap in time, and one resource is abandoned. */
    private static ChildExit broken() {
        UnfinishedWork hung = new UnfinishedWork("resource 'db'", ofSeconds(2), Optional.of("worker"), List.of());
        return exit(
                new PhaseReport(
                        ShutdownPhase.SAVE,
                        ZERO,
                        ofSeconds(1),
                        ZERO,
                        List.of(StepResult.done("state", ofMillis(10), ofMillis(990), ""))),
                new PhaseReport(
                        ShutdownPhase.RELEASE,
                        ofSeconds(1),
                        ofSeconds(2),
                        ZERO,
                        List.of(
                                StepResult.done("cache", ZERO, ofMillis(500), ""),
                                StepResult.timedOut("db", ZERO, ofSeconds(2), "abandoned", List.of(hung)),
                                new StepResult(
                                        "mail", Outcome.FAILED, ZERO, ZERO, "boom", Optional.empty(), List.of(), 0))));
    }

    interface Expectation {
        ExitAssert of(ExitAssert exit);
    }

    record Wrong(String message, Expectation expectation) {}

    static List<Wrong> wrong() {
        return List.of(
                new Wrong("expected exit code 0, was 1", e -> e.hasExitCode(0)),
                new Wrong(
                        "between 4 s and 5 s after the mark, was 3 s", e -> e.tookBetween(ofSeconds(4), ofSeconds(5))),
                new Wrong("was 3 s", e -> e.tookBetween(ofSeconds(1), ofSeconds(2))),
                new Wrong("\"SIGTERM\", was \"received SIGINT\"", e -> e.endedBecauseOf("SIGTERM")),
                new Wrong("were [save, release]", ExitAssert::ranPhasesInOrder),
                new Wrong("'db' to be done, was [timed out]", e -> e.completed("cache", "db")),
                new Wrong("expected a step 'redis', there are [state, cache, db, mail]", e -> e.completed("redis")),
                new Wrong("'cache' to end before 'db' began", e -> e.ranInOrder("state", "cache", "db")),
                new Wrong("'db' timed out: abandoned", ExitAssert::abandonedNothing),
                new Wrong("a line with \"third\"", e -> e.printed("first", "third")),
                new Wrong("\"first\" after line 2, \"second\"", e -> e.printed("second", "first")),
                new Wrong("no line with \"sec\", there is \"second\"", e -> e.didNotPrint("sec")));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void wrongExpectationFailsAndShowsReportAndOutput(Wrong wrong) {
        assertThatThrownBy(() -> wrong.expectation().of(ExitAssert.assertThat(broken())))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(wrong.message())
                .hasMessageContaining("unfinished: resource 'db', for 2 s, on thread \"worker\"")
                .hasMessageContaining("out first")
                .hasMessageContaining("err second");
    }

    @Test
    void rightExpectationsHold() {
        ExitAssert.assertThat(broken())
                .hasExitCode(1)
                .tookBetween(ofSeconds(3), ofSeconds(3))
                .endedBecauseOf("SIGINT")
                .completed("state", "cache")
                .ranInOrder("state", "db")
                .printed("first", "second")
                .didNotPrint("third");
        ExitAssert.assertThat(exit(new PhaseReport(ShutdownPhase.SAVE, ZERO, ZERO, ZERO, List.of())))
                .abandonedNothing();
    }

    @Test
    void missingReportFailsWhatNeedsIt() {
        ChildExit halted = new ChildExit(124, Duration.ZERO, List.of(), Optional.empty());
        assertAll(
                () -> assertThatThrownBy(() -> ExitAssert.assertThat(halted).abandonedNothing())
                        .hasMessageContaining("there is none: the process was halted"),
                () -> assertThatThrownBy(() -> ExitAssert.assertThat(halted).ranPhasesInOrder())
                        .hasMessageContaining("there is none"),
                () -> ExitAssert.assertThat(halted).hasExitCode(124));
    }
}
