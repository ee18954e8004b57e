package io.github.shutdown4j.systemd;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.report.StepResult;

import static io.github.shutdown4j.report.ShutdownPhase.DRAIN;
import static io.github.shutdown4j.report.ShutdownPhase.SAVE;
import static io.github.shutdown4j.report.ShutdownPhase.STOP;
import static io.github.shutdown4j.testing.OwnThreads.threadsNamed;
import static org.assertj.core.api.Assertions.assertThat;

/** The requests for more time to stop, which follow the progress of the shutdown. */
class SystemdListenerExtensionTest extends SystemdListenerFixture {

    private static final String THREAD = "shutdown4j-systemd-extend";

    private static final ShutdownReport REPORT =
            new ShutdownReport(TERM, Instant.EPOCH, Duration.ofMillis(1200), 0, List.of());

    @Test
    void aFirstRequestThatWasNotSentIsMadeAgain() {
        listen();
        listener.onReady();
        socket.refuse(text -> text.contains("STOPPING"));
        listener.onShutdown(TERM);
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofMillis(1500));
        awaitExtensions(1);
    }

    @Test // scenario 81
    void timeIsRequestedAtHalfOfTheLastExtensionWhileTheCountFalls() {
        listen();
        listener.onShutdown(TERM);
        listener.onPhaseStarted(DRAIN, TEN);
        ticker.advance(Duration.ofMillis(10));
        long unfinished = 100;
        for (int ms = 0; ms < 8000; ms += 100) {
            listener.onProgress(DRAIN, unfinished--, TEN);
            if (ms > 0) { // the first count is no progress
                awaitWaitForTheNext();
            }
            ticker.advance(Duration.ofMillis(100));
            if (ms % 1500 == 1400) {
                awaitExtensions(1 + ms / 1500 + 1);
            }
        }
        List<RecordingSocket.Sent> extensions = extensions();
        for (int i = 1; i < extensions.size(); i++) {
            long gap = extensions.get(i).nanos() - extensions.get(i - 1).nanos();
            assertThat(Duration.ofNanos(gap)).isBetween(Duration.ofMillis(1400), Duration.ofMillis(1800));
        }
        assertThat(extensions).hasSizeBetween(5, 7);
    }

    @Test // scenario 81
    void noTimeIsRequestedWhileNothingEnds() throws Exception {
        listen();
        listener.onShutdown(TERM);
        listener.onPhaseStarted(DRAIN, TEN);
        for (int i = 0; i < 20; i++) {
            listener.onProgress(DRAIN, 5, TEN);
            ticker.advance(Duration.ofSeconds(1));
        }
        assertThat(ticker.sleepers()).isZero();
        assertThat(extensions()).hasSize(1);
        listener.onProgress(DRAIN, 4, TEN);
        awaitExtensions(2);
        listener.onStep(DRAIN, StepResult.done("tracker", Duration.ZERO, Duration.ZERO, ""));
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofMillis(1500));
        awaitExtensions(3);
    }

    @Test // a count that rises and falls again is not progress
    void onlyLessThanEverCounts() {
        listen();
        listener.onShutdown(TERM);
        listener.onPhaseStarted(DRAIN, TEN);
        ticker.advance(Duration.ofSeconds(2));
        for (long unfinished : new long[] {5, 6, 5, 7, 5}) {
            listener.onProgress(DRAIN, unfinished, TEN);
        }
        listener.onProgress(DRAIN, 4, TEN);
        awaitExtensions(2);
        assertThat(socket.texts().get(socket.texts().size() - 1)).startsWith("EXTEND");
    }

    @Test // on a loaded machine, the events of a phase arrive when the next one has begun
    void aLateWordAboutAnEarlierPhaseDoesNotHideTheProgressOfThisOne() {
        listen();
        listener.onShutdown(TERM);
        listener.onPhaseStarted(STOP, TEN);
        listener.onPhaseStarted(DRAIN, TEN);
        listener.onProgress(STOP, 0, Duration.ZERO);
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofMillis(1500));
        awaitExtensions(2); // for the new phase
        listener.onProgress(DRAIN, 5, TEN);
        listener.onProgress(DRAIN, 4, TEN);
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofMillis(1500));
        awaitExtensions(3);
        assertThat(socket.texts()).noneMatch(text -> text.startsWith("STATUS=stopping"));
    }

    @Test
    void oneEndExtendsTheStopOnce() {
        listen();
        listener.onShutdown(TERM);
        listener.onPhaseStarted(STOP, TEN);
        listener.onPhaseStarted(DRAIN, TEN);
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofMillis(1500));
        awaitExtensions(2);
        Awaitility.await().until(() -> threadsNamed(THREAD).stream()
                .anyMatch(thread -> thread.getState() == Thread.State.WAITING));
        assertThat(ticker.sleepers()).as("waits for a time").isZero();
        assertThat(extensions()).hasSize(2);
    }

    @Test
    void aNewPhaseIsProgress() {
        listen();
        listener.onShutdown(TERM);
        listener.onPhaseStarted(STOP, TEN);
        ticker.advance(Duration.ofSeconds(2));
        listener.onPhaseStarted(DRAIN, TEN);
        awaitExtensions(2);
    }

    @Test // scenario 82
    void noTimeIsRequestedBeyondTheCap() {
        listener = builder(Map.of()).stopExtensionCap(Duration.ofSeconds(5)).build();
        listener.onShutdown(TERM);
        listener.onPhaseStarted(DRAIN, TEN);
        listener.onProgress(DRAIN, 100, TEN);
        for (int i = 1; i <= 4; i++) {
            listener.onProgress(DRAIN, 100 - i, TEN);
            ticker.awaitSleepers(1);
            ticker.advance(Duration.ofMillis(1500));
            if (i < 4) {
                awaitExtensions(i + 1);
            }
        }
        Awaitility.await().untilAsserted(() -> assertThat(
                        logs.texts(Level.INFO).stream().filter(t -> t.contains("no longer extended")))
                .hasSize(1));
        assertThat(extensions().stream().map(RecordingSocket.Sent::text).map(SystemdListenerExtensionTest::microsAsked))
                .containsExactly(3_000_000L, 3_000_000L, 2_000_000L, 500_000L);
        listener.onFinished(REPORT);
        assertThat(extensions()).hasSize(4);
    }

    @Test
    void theLastStatusCarriesOneMoreRequestForTheTimeUntilTheExit() {
        listen();
        listener.onShutdown(TERM);
        listener.onFinished(REPORT);
        assertThat(extensions()).hasSize(2);
        assertThat(socket.texts()).last().asString().contains("STATUS=ended", "EXTEND_TIMEOUT_USEC=3000000");
        listener.onFinished(REPORT);
        assertThat(extensions()).hasSize(2);
    }

    @Test
    void withoutAStopThereIsNoRequest() {
        listen();
        listener.onReady();
        listener.onFinished(REPORT);
        assertThat(extensions()).isEmpty();
    }

    @Test
    void oneThreadMakesTheRequestsAndEndsWithTheLastStatus() {
        listen();
        listener.onReady();
        listener.onShutdown(TERM);
        Awaitility.await().until(() -> threadsNamed(THREAD).size() == 1);
        listener.onFinished(REPORT);
        Awaitility.await().until(() -> threadsNamed(THREAD).isEmpty());
    }

    @Test
    void aRequestThatWasNotSentIsMadeAgain() {
        listen();
        listener.onShutdown(TERM);
        listener.onPhaseStarted(DRAIN, TEN);
        AtomicInteger refusals = new AtomicInteger();
        socket.refuse(text -> refusals.incrementAndGet() == 1);
        listener.onPhaseStarted(SAVE, TEN);
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofMillis(1500));
        Awaitility.await().until(() -> refusals.get() == 1);
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofMillis(1500));
        awaitExtensions(2);
    }

    @Test
    void neitherAnInterruptNorARequestThatBreaksEndsTheRequests() {
        listen();
        listener.onShutdown(TERM);
        listener.onPhaseStarted(DRAIN, TEN);
        AtomicInteger requests = new AtomicInteger();
        socket.refuse(text -> {
            if (requests.incrementAndGet() == 1) {
                throw new InternalError("on purpose");
            }
            return false;
        });
        listener.onPhaseStarted(SAVE, TEN);
        ticker.awaitSleepers(1);
        long waits = ticker.waits();
        threadsNamed(THREAD).forEach(Thread::interrupt);
        Awaitility.await().until(() -> ticker.waits() > waits);
        ticker.advance(Duration.ofMillis(1500));
        Awaitility.await().until(() -> requests.get() == 1);
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofMillis(1500));
        awaitExtensions(2);
    }

    private List<RecordingSocket.Sent> extensions() {
        return socket.sent().stream().filter(s -> s.text().contains("EXTEND")).toList();
    }

    /** Until the thread waits for the moment of the next request: a clock that advances before that moves the request. */
    private void awaitWaitForTheNext() {
        Awaitility.await().pollInterval(Duration.ofMillis(1)).until(() -> ticker.untilNext()
                .isPresent());
    }

    private void awaitExtensions(int count) {
        Awaitility.await()
                .pollInterval(Duration.ofMillis(1))
                .until(() -> extensions().size() >= count);
    }

    private static long microsAsked(String text) {
        return text.lines()
                .filter(l -> l.startsWith("EXTEND"))
                .mapToLong(l -> Long.parseLong(l.substring(l.indexOf('=') + 1)))
                .sum();
    }
}
