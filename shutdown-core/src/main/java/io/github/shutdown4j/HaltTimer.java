package io.github.shutdown4j;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.internal.ComponentLogger;
import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.Durations;
import io.github.shutdown4j.internal.NamedThreads;
import io.github.shutdown4j.internal.ProcessExit;
import io.github.shutdown4j.internal.Ticker;

/**
 * The last resort: halts the JVM when the shutdown exceeds its time, or at once on a repeated signal. Its thread is started
 * in advance and sleeps, so that it works in a process without memory or threads.
 *
 * <p>Before the halt, the {@link HaltReporter} has a moment to report unfinished work. It runs on its own thread, because a
 * blocked logger must not keep the process alive.
 *
 * <p>If the whole process was stopped when its timeout was over, for example by SIGSTOP, the force delay begins when it
 * continues.
 *
 * <p>Invariants, guarded by {@code lock}: {@code code} is set once and never changes; there is at most one thread, and once
 * {@code ended} is true it ends.
 */
final class HaltTimer implements Runnable {

    /** Exit code after the timeout and the force delay; the same as that of {@code timeout(1)}. */
    static final int TIMED_OUT_CODE = 124;

    /** The maximum time that a halt waits for the reporter. */
    static final Duration REPORT_LIMIT = Duration.ofMillis(500);

    private static final ComponentLogger LOG = ShutdownLog.LOGGER;

    /** No constant expression: the first use of a literal needs memory, which there may never be again. */
    private static final String TIMED_OUT = "a timeout (timeout_secs and force_delay_secs have elapsed)".intern();

    /** Reports the reason of the halt and the unfinished work. */
    interface HaltReporter {
        void reportHalt(String why, int code);
    }

    private final Ticker ticker;
    private final ProcessExit exit;
    private final HaltReporter reporter;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private @Nullable Deadline deadline;
    /** Passes before the deadline, by the force delay; null once it has passed, or if there is no force delay. */
    private @Nullable Deadline timeout;
    /** Whether the deadline is that of a request during the start, which the begin of the sequence replaces. */
    private boolean duringStart;
    /** Whether a request counts for which no deadline could be set, for lack of memory; read without one. */
    private boolean requested;

    private long requestedAt;
    private long requestLimit;
    /** Granted once if the process was stopped when the timeout or the deadline passed: it had no time to end then. */
    private Duration extension = Duration.ZERO;

    private String why = "";
    private int code;
    private boolean ended;
    private boolean hasThread;
    private @Nullable Thread thread;

    HaltTimer(Ticker ticker, ProcessExit exit, HaltReporter reporter) {
        this.ticker = ticker;
        this.exit = exit;
        this.reporter = reporter;
    }

    /** Starts the thread, which sleeps until the timer is armed. It may be started again after {@link #cancel}. */
    void start() {
        lock.lock();
        try {
            ended = false;
            if (hasThread) {
                return;
            }
            requested = false;
            Thread started = NamedThreads.daemon("halt-timer", this);
            started.start(); // waits for the lock
            thread = started;
            hasThread = true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Fixes the limits, and halts with {@value #TIMED_OUT_CODE} when they are exceeded. Has no effect if it has succeeded
     * before; an error, such as a lack of memory, is only logged, so it may be called again. If no later call succeeds, the
     * limits count from the first.
     */
    void armFor(LiveConfig config) {
        armFor(config, false);
    }

    /** The same for a request during the start, until {@link #armFor} is called. */
    void armForStart(LiveConfig config) {
        armFor(config, true);
    }

    private void armFor(LiveConfig config, boolean start) {
        try {
            if (!isArmed(start)) {
                config.fix();
                Duration forceDelay = config.get().forceDelay();
                arm(config.get().timeout().plus(forceDelay), forceDelay, start);
            }
        } catch (RuntimeException | Error failure) {
            requestedWithoutMemory(config);
            ShutdownLog.internalError(failure);
        }
    }

    /** The same for a process that may never have any memory again: allocates nothing, and counts until a limit is set. */
    void requestedWithoutMemory(LiveConfig config) {
        try {
            ShutdownConfig limits = config.get();
            long limit = Durations.nanos(limits.timeout()) + Durations.nanos(limits.forceDelay());
            lock.lock();
            try {
                if (!requested) {
                    requestedAt = ticker.nanoTime();
                    requestLimit = limit;
                    requested = true;
                    wake();
                }
            } finally {
                lock.unlock();
            }
        } catch (RuntimeException | Error tooLittleMemory) {
            // Who requests the shutdown tries again: waiting for the lock takes some.
        }
    }

    private boolean isArmed(boolean start) {
        lock.lock();
        try {
            return deadline != null && (start || !duringStart);
        } finally {
            lock.unlock();
        }
    }

    /** Halts with {@value #TIMED_OUT_CODE} after {@code delay}. */
    void arm(Duration delay) {
        arm(delay, Duration.ZERO, false);
    }

    private void arm(Duration delay, Duration ifStopped, boolean start) {
        lock.lock();
        try {
            extension = ifStopped;
            Deadline end = Deadline.after(ticker, delay);
            timeout = ifStopped.isZero() ? null : end.minus(ifStopped);
            deadline = end;
            duringStart = start;
            wake();
        } finally {
            lock.unlock();
        }
    }

    /** Halts at once with {@code exitCode}; the first call decides. */
    void force(String reason, int exitCode) {
        lock.lock();
        try {
            if (code == 0) {
                why = reason;
                code = exitCode;
            }
            wake();
        } finally {
            lock.unlock();
        }
    }

    /** Ends the thread without a halt. */
    void cancel() {
        lock.lock();
        try {
            ended = true;
            requested = false;
            deadline = null;
            timeout = null;
            wake();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until a halt is required, then halts. */
    @Override
    public void run() {
        if (!awaitHaltUninterruptibly()) {
            return;
        }
        try {
            awaitReport();
            NamedThreads.daemon("training", TrainingRun::killSecondJvm).start();
        } finally {
            exit.halt(code);
        }
    }

    /** As {@link #awaitHalt}; neither an interrupt nor too little memory ends the wait. */
    private boolean awaitHaltUninterruptibly() {
        boolean failed = false;
        while (true) {
            try {
                if (failed) {
                    Ticker.pause(); // without the lock, which a signal needs
                }
                return awaitHalt();
            } catch (InterruptedException ignored) {
                // Interrupting this thread must not cancel the halt.
            } catch (RuntimeException | Error tooLittleMemory) {
                failed = true; // The pause is in the try block, because its first one takes some memory as well.
            }
        }
    }

    /** Returns true when the process must be halted, false when the timer was cancelled. */
    private boolean awaitHalt() throws InterruptedException {
        lock.lock();
        try {
            while (!ended) {
                if (code == 0 && wasStopped()) {
                    Duration once = extension;
                    extension = Duration.ZERO; // first, should there be no memory for another deadline
                    deadline = Deadline.after(ticker, once);
                }
                if (timeout != null && timeout.isExpired()) {
                    timeout = null;
                }
                if (code == 0 && (deadline != null ? deadline.isExpired() : requested && requestLeft() <= 0)) {
                    code = TIMED_OUT_CODE;
                    why = TIMED_OUT;
                }
                if (code != 0) {
                    return true;
                }
                if (deadline == null && requested) {
                    ticker.await(lock, changed, requestLeft());
                } else if (deadline == null) {
                    parkUntilWoken();
                } else {
                    ticker.await(lock, changed, (timeout == null ? deadline : timeout).remainingNanos());
                }
            }
            hasThread = false;
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void wake() {
        changed.signalAll();
        LockSupport.unpark(thread);
    }

    /** Not a wait for the condition: on Java 17, to signal one for the first time may take memory, and loses it if there is none. */
    private void parkUntilWoken() {
        lock.unlock();
        try {
            LockSupport.park(this);
            var unused = Thread.interrupted(); // else the next one would not wait
        } finally {
            lock.lock();
        }
    }

    private long requestLeft() {
        return requestLimit - (ticker.nanoTime() - requestedAt);
    }

    /** The timeout is looked at as well, because a process may continue just when its deadline passes. */
    private boolean wasStopped() {
        return !extension.isZero()
                && ((deadline != null && deadline.isLongPast()) || (timeout != null && timeout.isLongPast()));
    }

    private void awaitReport() {
        CountDownLatch reported = new CountDownLatch(1);
        try {
            NamedThreads.daemon("halt-report", () -> {
                        try {
                            reporter.reportHalt(why, code);
                        } catch (Throwable failure) {
                            LOG.warn("the report of a halt failed", failure);
                        } finally {
                            reported.countDown();
                        }
                    })
                    .start();
            var unused = reported.await(REPORT_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException | OutOfMemoryError unreported) {
            // The halt matters more than its report.
        }
    }
}
