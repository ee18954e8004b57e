package io.github.shutdown4j.report;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

import io.github.shutdown4j.testing.HostileFailures;
import io.github.shutdown4j.trigger.ShutdownReason;
import io.github.shutdown4j.trigger.ShutdownSignal;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ShutdownReportTest {

    private static final Instant AT = Instant.parse("2024-05-06T07:08:09.123Z");
    private static final StackTraceElement FRAME = new StackTraceElement("com.shop.Orders", "read", "Orders.java", 42);

    private static PhaseReport phase(ShutdownPhase phase, Duration after, Duration took, StepResult... steps) {
        return new PhaseReport(phase, after, took, ofSeconds(10), List.of(steps));
    }

    private static ShutdownReport clean() {
        return ShutdownReport.of(
                new ShutdownReason.Signalled(ShutdownSignal.TERMINATE),
                AT,
                ofMillis(1_250),
                false,
                List.of(
                        new PhaseReport(ShutdownPhase.ANNOUNCE, ZERO, ZERO, ZERO, List.of()),
                        phase(
                                ShutdownPhase.DRAIN,
                                ZERO,
                                ofMillis(1_200),
                                StepResult.done("http", ZERO, ofMillis(1_200), "50 finished"))));
    }

    private static ShutdownReport broken() {
        UnfinishedWork hung =
                new UnfinishedWork("GET /orders", ofSeconds(12), Optional.of("worker-\"7\""), List.of(FRAME));
        UnfinishedWork unknown = new UnfinishedWork("guard", ofMillis(20), Optional.empty(), List.of());
        IOException failure = new IOException("cannot \"close\"\n\u00e4");
        return ShutdownReport.of(
                new ShutdownReason.Requested("the test"),
                AT,
                ofSeconds(11),
                false,
                List.of(
                        phase(
                                ShutdownPhase.DRAIN,
                                ofNanos(1_500_000),
                                ofSeconds(10),
                                StepResult.timedOut(
                                        "http", ZERO, ofSeconds(10), "1 abandoned", List.of(hung, unknown))),
                        phase(
                                ShutdownPhase.RELEASE,
                                ofSeconds(10),
                                ofMillis(3),
                                StepResult.failed("a pool with quite a long name indeed", ZERO, ofMillis(3), failure),
                                StepResult.skipped("mail", ofMillis(3), "no time left"))));
    }

    @Test
    void textReadsAsATable() {
        assertThat(clean().toText().lines())
                .containsExactly(
                        "Shutdown report: received SIGTERM, at 2024-05-06T07:08:09.123Z, clean after 1.25 s, exit code 0",
                        "  announce                              done              0 s",
                        "  drain                                 done            1.2 s  of 10 s",
                        "               http                     done            1.2 s  50 finished");
    }

    @Test
    void textTellsWhatWentWrong() {
        assertThat(broken().toText().lines())
                .containsExactly(
                        "Shutdown report: requested by the test, at 2024-05-06T07:08:09.123Z, failed after 11 s, exit code 1",
                        "  drain                                 timed out        10 s  of 10 s",
                        "               http                     timed out        10 s  1 abandoned",
                        "      unfinished: GET /orders, for 12 s, on thread \"worker-\"7\"\"",
                        "        at com.shop.Orders.read(Orders.java:42)",
                        "      unfinished: guard, for 20 ms",
                        "  release                               failed           3 ms  of 10 s",
                        "               a pool with quite a long name indeed failed           3 ms"
                                + "  java.io.IOException: cannot \"close\" \u00e4",
                        "               mail                     skipped           0 s  no time left");
    }

    @Test
    void bothFormsCountWhatTheyDoNotName() throws Exception {
        UnfinishedWork named = new UnfinishedWork("GET /orders", ofSeconds(12), Optional.empty(), List.of());
        StepResult step = StepResult.timedOut("http", ZERO, ofSeconds(10), "25 abandoned", List.of(named), 25);
        ShutdownReport report = ShutdownReport.of(
                new ShutdownReason.Requested("the test"),
                AT,
                ofSeconds(11),
                false,
                List.of(phase(ShutdownPhase.DRAIN, ZERO, ofSeconds(10), step)));
        assertThat(report.toText()).endsWith("      unfinished: and 24 more");
        JsonNode json = new ObjectMapper().readTree(report.toJson());
        assertThat(json.at("/phases/0/steps/0/unfinishedCount").asLong()).isEqualTo(25);
    }

    @Test
    void aStepCannotNameMoreThanItCounts() {
        UnfinishedWork named = new UnfinishedWork("GET /orders", ofSeconds(12), Optional.empty(), List.of());
        assertThatThrownBy(() -> StepResult.timedOut("http", ZERO, ZERO, "", List.of(named), 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("unfinishedCount must be at least 1, the size of the list, was 0");
    }

    @Test
    void textNamesNoExitCodeIfOtherCodeCalledExit() {
        ShutdownReport report = ShutdownReport.of(new ShutdownReason.JvmExiting(), AT, ofSeconds(1), true, List.of());
        assertThat(report.toText()).endsWith("clean after 1 s, exit code unchanged");
    }

    @Test
    void noFormNamesAnExitCodeThatWasDecidedElsewhereWhateverTheReason() throws Exception {
        ShutdownReport report = ShutdownReport.of(
                new ShutdownReason.Signalled(ShutdownSignal.TERMINATE), AT, ofSeconds(1), true, List.of());
        assertThat(report.processExitCode()).isEmpty();
        assertThat(clean().processExitCode()).hasValue(0);
        assertThat(report.toText()).endsWith("clean after 1 s, exit code unchanged");
        assertThat(report.timeline().toText()).contains("exit code unchanged").doesNotContain("exit code 0");
        for (String text : List.of(report.toJson(), report.timeline().toJson())) {
            JsonNode json = new ObjectMapper().readTree(text);
            assertThat(json.get("exitCode").isNull()).isTrue();
            assertThat(json.get("exitDecidedElsewhere").asBoolean()).isTrue();
        }
    }

    @Test
    void framesAreReadWithoutLoadersModulesAndVersions() {
        UnfinishedWork work = UnfinishedWork.of("this test", ZERO, Thread.currentThread());
        String here = "        at " + ShutdownReportTest.class.getName() + ".framesAreRead";
        assertThat(work.text()).contains(here, "        at java.lang.Thread.getStackTrace(");
        assertThat(work.text()).doesNotContain("app//", "java.base/", "java.base@");
    }

    /** A report of the longest durations is a report all the same. */
    @Test
    void everyDurationCanBeWritten() {
        Duration most = ofSeconds(Long.MAX_VALUE);
        StepResult step = StepResult.done("http", most, most, "");
        ShutdownReport report = ShutdownReport.of(
                new ShutdownReason.JvmExiting(),
                AT,
                most,
                true,
                List.of(new PhaseReport(ShutdownPhase.DRAIN, most, most, most, List.of(step))));
        assertThat(report.toJson()).contains("\"http\"");
    }

    @Test
    void jsonHasTheSameContent() throws Exception {
        JsonNode json = new ObjectMapper().readTree(broken().toJson());
        assertThat(json.get("reason").asText()).isEqualTo("requested by the test");
        assertThat(json.get("requestedAt").asText()).isEqualTo("2024-05-06T07:08:09.123Z");
        assertThat(json.get("elapsedMillis").asDouble()).isEqualTo(11_000);
        assertThat(json.get("outcome").asText()).isEqualTo("FAILED");
        assertThat(json.get("exitCode").asInt()).isEqualTo(1);
        assertThat(json.get("exitDecidedElsewhere").asBoolean()).isFalse();
        assertThat(json.get("phases")).hasSize(2);
        JsonNode drain = json.get("phases").get(0);
        assertThat(drain.get("phase").asText()).isEqualTo("DRAIN");
        assertThat(drain.get("outcome").asText()).isEqualTo("TIMED_OUT");
        assertThat(drain.get("startedAfterMillis").asDouble()).isEqualTo(1.5);
        assertThat(drain.get("elapsedMillis").asDouble()).isEqualTo(10_000);
        assertThat(drain.get("budgetMillis").asDouble()).isEqualTo(10_000);
        JsonNode http = drain.get("steps").get(0);
        assertThat(http.get("name").asText()).isEqualTo("http");
        assertThat(http.get("detail").asText()).isEqualTo("1 abandoned");
        assertThat(http.has("failure")).isFalse();
        JsonNode hung = http.get("unfinished").get(0);
        assertThat(hung.get("name").asText()).isEqualTo("GET /orders");
        assertThat(hung.get("ageMillis").asDouble()).isEqualTo(12_000);
        assertThat(hung.get("thread").asText()).isEqualTo("worker-\"7\"");
        assertThat(hung.get("stack")).hasSize(1);
        assertThat(hung.get("stack").get(0).asText()).isEqualTo(FRAME.toString());
        JsonNode unknown = http.get("unfinished").get(1);
        assertThat(unknown.has("thread")).isFalse();
        assertThat(unknown.get("stack")).isEmpty();
        JsonNode release = json.get("phases").get(1);
        assertThat(release.get("steps").get(0).get("failure").asText())
                .isEqualTo("java.io.IOException: cannot \"close\"\n\u00e4");
        assertThat(release.get("steps").get(1).get("outcome").asText()).isEqualTo("SKIPPED");
    }

    @Test
    void exitCodeIsZeroOnlyIfAllIsDoneAndTheReasonIsNoFailure() {
        assertThat(clean().exitCode()).isZero();
        assertThat(clean().isClean()).isTrue();
        for (StepResult step : List.of(
                StepResult.skipped("s", ZERO, ""),
                StepResult.timedOut("s", ZERO, ZERO, "", List.of()),
                StepResult.failed("s", ZERO, ZERO, new Error()))) {
            ShutdownReport report = ShutdownReport.of(
                    new ShutdownReason.Requested("x"),
                    AT,
                    ZERO,
                    false,
                    List.of(phase(ShutdownPhase.STOP, ZERO, ZERO, step)));
            assertThat(report.exitCode()).as(step.outcome().name()).isEqualTo(1);
            assertThat(report.isClean()).isFalse();
            assertThat(report.outcome()).isEqualTo(step.outcome());
        }
        ShutdownReason failed = new ShutdownReason.ServiceFailed("s", new Error("e"));
        assertThat(ShutdownReport.of(failed, AT, ZERO, false, List.of()).exitCode())
                .isEqualTo(1);
        assertThat(ShutdownReport.of(failed, AT, ZERO, false, List.of()).isClean())
                .isTrue();
    }

    @Test
    void anOrderlyEndBecauseOfAFailureIsNotCalledClean() {
        ShutdownReport report = ShutdownReport.of(
                new ShutdownReason.UncaughtException("worker", new IllegalStateException("broken")),
                Instant.EPOCH,
                ofSeconds(1),
                false,
                List.of());
        assertThat(report.toText())
                .contains("orderly, because of a failure, after 1 s, exit code 1")
                .doesNotContain("clean");
    }

    @Test
    void failureWithoutAReadableTextDoesNotBreakTheReport() throws Exception {
        StepResult hostile = StepResult.failed("pool", ZERO, ofMillis(1), HostileFailures.exception());
        ShutdownReport report = ShutdownReport.of(
                new ShutdownReason.StartFailed(HostileFailures.exception()),
                AT,
                ofMillis(1),
                false,
                List.of(phase(ShutdownPhase.RELEASE, ZERO, ofMillis(1), hostile)));
        JsonNode json = new ObjectMapper().readTree(report.toJson());
        assertThat(json.at("/phases/0/steps/0/failure").asText()).contains("HostileException");
        assertThat(report.toText()).contains("HostileException");
        assertThat(report.timeline().toHtml()).contains("HostileException");
    }

    @Test
    void componentsOutOfBoundsAreRefusedByName() {
        Duration negative = ofMillis(-1);
        ShutdownReason reason = new ShutdownReason.Requested("the test");
        refused("reason", () -> ShutdownReport.of(null, AT, ZERO, false, List.of()));
        refused("requestedAt", () -> ShutdownReport.of(reason, null, ZERO, false, List.of()));
        refused("elapsed", () -> ShutdownReport.of(reason, AT, negative, false, List.of()));
        refused("phase", () -> new PhaseReport(null, ZERO, ZERO, ZERO, List.of()));
        refused("startedAfter", () -> new PhaseReport(ShutdownPhase.STOP, negative, ZERO, ZERO, List.of()));
        refused("elapsed", () -> new PhaseReport(ShutdownPhase.STOP, ZERO, negative, ZERO, List.of()));
        refused("budget", () -> new PhaseReport(ShutdownPhase.STOP, ZERO, ZERO, negative, List.of()));
        refused("name", () -> StepResult.done(" ", ZERO, ZERO, ""));
        refused("outcome", () -> new StepResult("s", null, ZERO, ZERO, "", Optional.empty(), List.of(), 0));
        refused("startedAfter", () -> StepResult.done("s", negative, ZERO, ""));
        refused("elapsed", () -> StepResult.done("s", ZERO, negative, ""));
        refused("detail", () -> StepResult.done("s", ZERO, ZERO, null));
        refused("failure", () -> new StepResult("s", Outcome.DONE, ZERO, ZERO, "", null, List.of(), 0));
        UnfinishedWork hung = UnfinishedWork.of("guard", ZERO, null);
        refused("unfinishedCount", () -> StepResult.timedOut("s", ZERO, ZERO, "", List.of(hung), 0));
        refused("name", () -> UnfinishedWork.of("", ZERO, null));
        refused("age", () -> UnfinishedWork.of("guard", negative, null));
    }

    private static void refused(String name, ThrowingCallable call) {
        assertThatThrownBy(call).hasMessageStartingWith(name + " must ");
    }
}
