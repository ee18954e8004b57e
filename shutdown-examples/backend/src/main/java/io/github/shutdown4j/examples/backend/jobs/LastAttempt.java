package io.github.shutdown4j.examples.backend.jobs;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right of the last attempt of a job to run alone. Only one in this process has it, whatever its type, because it is the
 * process that dies. It ends with the attempt, or earlier, at a limit: an attempt that hangs must not block the other jobs
 * for good.
 */
final class LastAttempt {

    private static final Logger log = LoggerFactory.getLogger(LastAttempt.class);

    /** The consumer of the other type has the right only for a moment unless a last attempt is running. */
    private static final Duration WAIT = Duration.ofMillis(100);

    private static final Semaphore RIGHT = new Semaphore(1);

    private final JobType type;
    private final AtomicBoolean exclusive = new AtomicBoolean(true);
    private volatile Run run;

    private record Run(String job, Thread thread) {}

    private LastAttempt(JobType type) {
        this.type = type;
    }

    /** Acquires the right; empty if the other consumer has it. */
    static Optional<LastAttempt> tryAcquire(JobType type) throws InterruptedException {
        return RIGHT.tryAcquire(WAIT.toMillis(), TimeUnit.MILLISECONDS)
                ? Optional.of(new LastAttempt(type))
                : Optional.empty();
    }

    /** The attempt begins on the calling thread. */
    void begin(String job) {
        run = new Run(job, Thread.currentThread());
    }

    boolean isExclusive() {
        return exclusive.get();
    }

    /** Returns the right; does nothing if it was returned before. */
    void end() {
        if (exclusive.compareAndSet(true, false)) {
            RIGHT.release();
        }
    }

    /** Returns the right although the attempt is running, and logs where it is; does nothing if it has ended. */
    void endAtLimit(Duration limit) {
        Run now = run;
        if (now != null && isExclusive()) {
            Throwable place = new Throwable("stack of " + now.thread().getName());
            place.setStackTrace(now.thread().getStackTrace());
            log.warn(
                    "jobs {}: the last attempt of job {} has run alone for {} s, other jobs run beside it from now on",
                    type,
                    now.job(),
                    limit.toSeconds(),
                    place);
            end();
        }
    }
}
