package io.github.shutdown4j;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.NamedThreads;
import io.github.shutdown4j.internal.ProcessExit;
import io.github.shutdown4j.internal.Ticker;

/**
 * The last resort: halts the JVM when the shutdown is over its time, or at once when somebody insists. Its thread is
 * made and started beforehand, so that an exhausted process can still be ended, and sleeps until it is needed.
 *
 * <p>Before it halts, it gives {@code lastWords} a moment to say what was unfinished. They run on a thread of their
 * own: a logger that blocks must not save the process.
 *
 * <p>Invariants, guarded by {@code lock}: {@code code} is set once and never changes; {@code ended} is final.
 */
final class HaltTimer implements Runnable {

    /** The exit code when the whole time and the force delay are over, as {@code timeout(1)} uses it. */
    static final int TIMED_OUT_CODE = 124;

    /** How long a halt waits for the last words. */
    static final Duration LAST_WORDS = Duration.ofMillis(500);

    private static final Logger log = LoggerFactory.getLogger(HaltTimer.class);

    /** Says what was unfinished, and why the process is halted. */
    interface LastWords {
        void say(String why, int code);
    }

    private final Ticker ticker;
    private final ProcessExit exit;
    private final LastWords lastWords;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private @Nullable Deadline deadline;
    private String why = "";
    private int code;
    private boolean ended;

    HaltTimer(Ticker ticker, ProcessExit exit, LastWords lastWords) {
        this.ticker = ticker;
        this.exit = exit;
        this.lastWords = lastWords;
    }

    /** Makes the thread ready; it costs nothing until it is armed. */
    void start() {
        NamedThreads.daemon("force", this).start();
    }

    /** Halts with {@value #TIMED_OUT_CODE} when {@code patience} is over. */
    void arm(Duration patience) {
        lock.lock();
        try {
            deadline = Deadline.after(ticker, patience);
            changed.signalAll();
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
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Ends the thread without a halt. */
    void cancel() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Its thread waits for the need, and halts. */
    @Override
    public void run() {
        boolean halt = false;
        while (!halt) {
            try {
                if (!awaitNeed()) {
                    return;
                }
                halt = true;
            } catch (InterruptedException ignored) {
                // Nobody may talk this thread out of its duty.
            }
        }
        try {
            sayLastWords();
        } finally {
            exit.halt(code);
        }
    }

    /** Returns true when the process must be halted, false when that is no longer wanted. */
    private boolean awaitNeed() throws InterruptedException {
        lock.lock();
        try {
            while (!ended) {
                if (code == 0 && deadline != null && deadline.isExpired()) {
                    why = "the time for the shutdown and the force delay are over";
                    code = TIMED_OUT_CODE;
                }
                if (code != 0) {
                    return true;
                }
                if (deadline == null) {
                    changed.await();
                } else {
                    ticker.await(lock, changed, deadline.remainingNanos());
                }
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void sayLastWords() {
        CountDownLatch said = new CountDownLatch(1);
        try {
            NamedThreads.daemon("last-words", () -> {
                        try {
                            lastWords.say(why, code);
                        } catch (Throwable failure) {
                            log.warn("Shutdown: the last words failed", failure);
                        } finally {
                            said.countDown();
                        }
                    })
                    .start();
            var unused = said.await(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException | OutOfMemoryError unsaid) {
            // The halt is what counts.
        }
    }
}
