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
 * A clock that the test advances, so that a shutdown of minutes runs within a second in the JVM of the test.
 *
 * <pre>{@code
 * @RegisterExtension
 * final FakeClock clock = new FakeClock();
 *
 * @Test
 * void abandonsARequestThatHangs() throws Exception {
 *     var requests = ConnectionTracker.create("requests");
 *     var coordinator = ShutdownCoordinator.builder().tracker(requests).embedded().build();
 *     coordinator.start();
 *     requests.acquire();
 *     coordinator.shutdown("the test");
 *     ShutdownReport report = clock.advanceUntilFinished(coordinator);
 *     assertThat(report.exitCode()).isEqualTo(1);
 *     assertThat(report.elapsed()).isBetween(ofSeconds(20), ofSeconds(30));
 * }
 * }</pre>
 *
 * <p>Every coordinator, tracker, service group, resource manager, event queue and checkpoint store that is created during the
 * test uses this clock. Objects created earlier, for example in a field of the test class, use the real clock, and so does other
 * code: {@code Thread.sleep}, executors, sockets. Make coordinators {@code embedded()}, so that they handle neither the
 * signals nor the exit of the test's JVM.
 *
 * <p>During a test the clock applies to the whole JVM: tests with this extension run one at a time, and should not run
 * concurrently with other tests that create objects of this library.
 */
public final class FakeClock implements BeforeEachCallback, AfterEachCallback {

    /** One test at a time. */
    private static final Semaphore TURN = new Semaphore(1);

    /**
     * The number of checks without activity, a millisecond apart, before the clock advances; a hand-over between threads
     * takes less. They are counted and not timed: a machine that is stalled stalls this thread as well.
     */
    private static final int QUIET = 20;

    /** The maximum number of checks while a thread is busy, which may be blocked in a read, or kept from a processor. */
    private static final int BUSY_AT_MOST = 2_000;

    private static final Duration REAL_PATIENCE = Duration.ofMinutes(2);

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

    /** Returns the time by which the test has advanced the clock. */
    public Duration elapsed() {
        return Duration.ofNanos(ticker.nanoTime() - began);
    }

    /** Advances the clock by a duration, stopping at each moment for which a thread waits. */
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
     * Advances the clock until the condition holds, from one awaited moment to the next. While threads of this library are
     * running, the clock does not advance. If none of them starts to wait within two seconds of real time, or within longer
     * on a stalled machine, it advances nevertheless.
     *
     * @throws AssertionError if the condition does not hold after two minutes of real time
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

    /** Waits, in real time, until all threads have finished their current work. */
    private void settle(BooleanSupplier condition) {
        long from = System.nanoTime();
        int quiet = 0;
        int withoutProgress = 0;
        long waits = ticker.waits();
        while (!condition.getAsBoolean()
                && quiet < QUIET
                && withoutProgress < BUSY_AT_MOST
                && System.nanoTime() - from < REAL_PATIENCE.toNanos()) {
            LockSupport.parkNanos(1_000_000);
            quiet++;
            withoutProgress++;
            if (ticker.waits() != waits) {
                waits = ticker.waits();
                quiet = 0;
                withoutProgress = 0;
            } else if (ticker.waking() > 0 || isBusy()) {
                quiet = 0;
            }
        }
    }

    /** Whether a thread of this library is running, except those of services. */
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

    /** Advances the clock until a requested shutdown is over, and returns its report. */
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
