package io.github.shutdown4j.testing;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.internal.Durations;
import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.internal.TickerHolder;
import io.github.shutdown4j.report.ShutdownReport;

/**
 * Lets a test see within a second what a shutdown does over minutes, in its own JVM: time passes only when the test
 * says so.
 *
 * <pre>{@code
 * @RegisterExtension
 * final FakeClock clock = new FakeClock();
 *
 * @Test
 * void givesUpARequestThatHangs() throws Exception {
 *     var requests = ConnectionTracker.create("requests");
 *     var coordinator = ShutdownCoordinator.builder().connections(requests).embedded().build();
 *     coordinator.start();
 *     requests.acquire();
 *     coordinator.shutdown("the test");
 *     ShutdownReport report = clock.advanceUntilFinished(coordinator);
 *     assertThat(report.exitCode()).isEqualTo(1);
 *     assertThat(report.elapsed()).isBetween(ofSeconds(20), ofSeconds(30));
 * }
 * }</pre>
 *
 * <p>Every coordinator, tracker, service group, resource manager, event queue and checkpoint store that is made during
 * the test keeps this clock. What is made before, in a field of the test class for one, keeps the real one, and so do
 * other clocks: {@code Thread.sleep}, executors, sockets. Make coordinators {@code embedded()}, so that they take
 * neither signals nor the exit of the JVM of the tests.
 *
 * <p>The clock is that of the whole JVM meanwhile: tests that have one wait for each other, and should not run at the
 * same time as others that make parts of this library.
 */
public final class FakeClock implements BeforeEachCallback, AfterEachCallback {

    /** One test at a time. */
    private static final Semaphore TURN = new Semaphore(1);

    /** For so long nobody has anything to do before time goes on; a hand-over between threads takes less. */
    private static final Duration QUIET = Duration.ofMillis(20);

    /** Whoever is busy for so long without coming to a wait, reads from a socket perhaps, is not waited for. */
    private static final Duration BUSY_AT_MOST = Duration.ofMillis(200);

    private static final Duration REAL_PATIENCE = Duration.ofSeconds(30);

    private FakeTicker ticker = new FakeTicker();
    private long began;

    /** Takes effect when a test begins. */
    public FakeClock() {}

    @Override
    public void beforeEach(ExtensionContext context) throws InterruptedException {
        TURN.acquire();
        ticker = new FakeTicker();
        began = ticker.nanoTime();
        TickerHolder.replace(ticker);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        TickerHolder.replace(Ticker.system());
        TURN.release();
    }

    /** How much time the test has let pass. */
    public Duration elapsed() {
        return Duration.ofNanos(ticker.nanoTime() - began);
    }

    /** Lets so much time pass; whoever waits for a moment within it has its turn then. */
    public void advance(Duration duration) {
        Duration left = duration;
        while (left.compareTo(Duration.ZERO) > 0) {
            settle(() -> false);
            Duration leap = Durations.least(left, ticker.untilNext().orElse(left));
            ticker.advance(leap);
            left = left.minus(leap);
        }
        settle(() -> false);
    }

    /**
     * Lets time pass until the condition holds, from one moment that somebody waits for to the next. While parts of this
     * library are at work it stands still; for 200 ms of real time at most if none of them comes to a wait.
     *
     * @throws AssertionError if the condition does not hold after half a minute of real time
     */
    public void advanceUntil(BooleanSupplier condition) {
        long from = System.nanoTime();
        settle(condition);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - from > REAL_PATIENCE.toNanos()) {
                throw new AssertionError("expected the condition to hold by now, after " + elapsed()
                        + " on the fake clock and " + REAL_PATIENCE + " on the real one");
            }
            ticker.untilNext().ifPresent(ticker::advance);
            settle(condition);
        }
    }

    /** Waits, in real time, until all have done what there is to do now. */
    private void settle(BooleanSupplier condition) {
        long from = System.nanoTime();
        long quietSince = from;
        long progressAt = from;
        long waits = ticker.waits();
        while (!condition.getAsBoolean()
                && System.nanoTime() - quietSince < QUIET.toNanos()
                && System.nanoTime() - progressAt < BUSY_AT_MOST.toNanos()
                && System.nanoTime() - from < REAL_PATIENCE.toNanos()) {
            LockSupport.parkNanos(1_000_000);
            if (ticker.waits() != waits) {
                waits = ticker.waits();
                quietSince = System.nanoTime();
                progressAt = quietSince;
            } else if (ticker.waking() > 0 || isBusy()) {
                quietSince = System.nanoTime();
            }
        }
    }

    /** Whether a thread of this library runs; services are their owners' and may always do so. */
    private static boolean isBusy() {
        ThreadGroup root = Thread.currentThread().getThreadGroup();
        while (root.getParent() != null) {
            root = root.getParent();
        }
        Thread[] threads = new Thread[root.activeCount() + 32];
        int count = root.enumerate(threads);
        return Arrays.stream(threads, 0, count)
                .anyMatch(thread -> thread.getName().startsWith("shutdown4j-")
                        && !thread.getName().startsWith("shutdown4j-service-")
                        && thread.getState() == Thread.State.RUNNABLE);
    }

    /** Lets time pass until the shutdown, which has been requested, is over; returns its report. */
    public ShutdownReport advanceUntilFinished(ShutdownCoordinator coordinator) throws InterruptedException {
        if (!coordinator.trigger().isRequested()) {
            throw new IllegalStateException("no shutdown was requested; expected coordinator.shutdown(...) before");
        }
        Waiting waiting = new Waiting(coordinator);
        advanceUntil(waiting);
        return waiting.report.orElseThrow();
    }

    private static final class Waiting implements BooleanSupplier {

        private final ShutdownCoordinator coordinator;
        private Optional<ShutdownReport> report = Optional.empty();

        Waiting(ShutdownCoordinator coordinator) {
            this.coordinator = coordinator;
        }

        @Override
        public boolean getAsBoolean() {
            try {
                report = coordinator.await(Duration.ZERO);
                return report.isPresent();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted", e);
            }
        }
    }
}
