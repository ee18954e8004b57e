package io.github.shutdown4j.examples.backend.jobs;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one delivered job and settles it: acknowledged, retried, a dead letter, or left to other instances. Operations on Redis or
 * PostgreSQL wait until these are available or the thread is interrupted.
 */
final class JobWorker {

    private static final Logger log = LoggerFactory.getLogger(JobWorker.class);

    private final JobStream stream;
    private final String consumer;
    private final JobRecords records;
    private final JobHandler handler;
    private final Supplier<JobLimits> limits;
    private final JobTimes times;
    private final BooleanSupplier stopping;
    private final BooleanSupplier abandoned;
    private final Consumer<? super JobEnd> onEnd;

    /**
     * @param stopping whether the process is stopping
     * @param abandoned whether the shutdown has abandoned the jobs in flight, so that their threads are interrupted
     */
    JobWorker(
            JobStream stream,
            String consumer,
            JobRecords records,
            JobHandler handler,
            Supplier<JobLimits> limits,
            JobTimes times,
            BooleanSupplier stopping,
            BooleanSupplier abandoned,
            Consumer<? super JobEnd> onEnd) {
        this.stream = stream;
        this.consumer = consumer;
        this.records = records;
        this.handler = handler;
        this.limits = limits;
        this.times = times;
        this.stopping = stopping;
        this.abandoned = abandoned;
        this.onEnd = onEnd;
    }

    /** @throws InterruptedException at the limit; the entry is still pending, regardless of the state of the job */
    void work(Delivery delivery) throws InterruptedException {
        long start = System.nanoTime();
        JobOutcome outcome = run(delivery);
        settle(delivery, outcome);
        notifyEnd(new JobEnd(delivery.job(), outcome, Duration.ofNanos(System.nanoTime() - start)));
    }

    private JobOutcome run(Delivery delivery) throws InterruptedException {
        Job job = delivery.job();
        Run run;
        try {
            if (records.isDone(job)) {
                log.info("job {} was already done, acknowledged without running it again", job.id());
                return JobOutcome.DUPLICATE;
            }
            run = new Run(job, records.began(job, consumer));
        } catch (SQLException | RuntimeException | Error e) {
            stopIfAbandoned(e);
            return failed(delivery, e); // not the handler: the records, or no memory
        }
        JobOutcome outcome;
        try {
            handler.run(job, run);
            outcome = run.outcome();
        } catch (Exception | Error e) {
            stopIfAbandoned(e);
            if (run.finished) {
                log.warn("job {} is done, but its handler failed afterwards: {}", job.id(), e.toString());
                outcome = run.outcome();
            } else {
                outcome = failed(delivery, e);
            }
        }
        recordEnd(run, outcome);
        return outcome;
    }

    /**
     * An attempt that the shutdown has interrupted is no failure, whatever its handler throws. Otherwise, nobody has
     * interrupted this thread but the handler, and its settlement is not to be interrupted.
     */
    private void stopIfAbandoned(Throwable failure) throws InterruptedException {
        var unused = Thread.interrupted();
        if (abandoned.getAsBoolean()) {
            throw (InterruptedException)
                    new InterruptedException("the shutdown has abandoned the job").initCause(failure);
        }
    }

    /** A failure here changes nothing about the job, which may be settled already. */
    private void recordEnd(Run run, JobOutcome outcome) throws InterruptedException {
        if (outcome == JobOutcome.DONE) {
            return; // finish() has written it
        }
        try {
            records.ended(run.number, outcome);
        } catch (SQLException | RuntimeException e) {
            log.warn("job {}: the end of its run {} could not be recorded: {}", run.job.id(), run.number, e.toString());
        }
    }

    private JobOutcome failed(Delivery delivery, Throwable failure) throws InterruptedException {
        long tried = delivery.number();
        boolean last = tried >= limits.get().deliveries();
        if (last && isDone(delivery.job())) {
            log.info(
                    "job {} was done by another instance meanwhile, no second effect",
                    delivery.job().id());
            return JobOutcome.DUPLICATE;
        }
        log.warn(
                "job {} has failed, try {} of {}{}: {}",
                delivery.job().id(),
                tried,
                limits.get().deliveries(),
                last ? ", it becomes a dead letter" : "",
                failure.toString());
        boolean dead = retryWhileUnavailable(() -> {
            if (last) {
                return stream.moveToDeadLetters(consumer, delivery.entry(), Duration.ZERO, failure.toString());
            }
            stream.offerAgain(consumer, delivery, Duration.ofNanos(times.retry().toNanos() * tried));
            return false;
        });
        return dead ? JobOutcome.DEAD : JobOutcome.FAILED; // not dead if another instance has taken it over meanwhile
    }

    /** A job that was done must not become a dead letter. Without records it counts as not done. */
    private boolean isDone(Job job) throws InterruptedException {
        try {
            return records.isDone(job);
        } catch (SQLException | RuntimeException e) {
            log.debug("job {} may be done", job.id(), e);
            return false;
        }
    }

    private void settle(Delivery delivery, JobOutcome outcome) throws InterruptedException {
        switch (outcome) {
            case DONE, DUPLICATE ->
                retryWhileUnavailable(() -> {
                    stream.done(delivery.entry());
                    return true;
                });
            case HANDED_BACK -> retryWhileUnavailable(() -> stream.handBack(consumer, List.of(delivery.entry())));
            case FAILED, DEAD -> {} // by failed()
        }
    }

    private interface RedisWork<T> {
        T run() throws RedisUnavailableException;
    }

    private <T> T retryWhileUnavailable(RedisWork<T> work) throws InterruptedException {
        while (true) {
            try {
                return work.run();
            } catch (RedisUnavailableException e) {
                Thread.sleep(times.reconnect().toMillis());
            }
        }
    }

    private void notifyEnd(JobEnd end) {
        try {
            onEnd.accept(end);
        } catch (RuntimeException e) {
            log.warn("jobs: the completion callback failed: {}", e.toString());
        }
    }

    /** The context of the handler. */
    private final class Run implements JobContext {

        private final Job job;
        private final long number;
        private boolean finished;
        private boolean first;

        Run(Job job, long number) {
            this.job = job;
            this.number = number;
        }

        @Override
        public boolean isStopping() {
            return stopping.getAsBoolean();
        }

        @Override
        public <T> T inTransaction(SqlWork<T> work) throws SQLException, InterruptedException {
            return records.inTransaction(work);
        }

        @Override
        public void finish(SqlWork<?> effect) throws SQLException, InterruptedException {
            first = records.finish(job, number, effect);
            finished = true;
        }

        JobOutcome outcome() {
            if (finished && first) {
                return JobOutcome.DONE;
            }
            if (finished) {
                log.info("job {} was done by another instance meanwhile, no second effect", job.id());
                return JobOutcome.DUPLICATE;
            }
            if (isStopping()) {
                return JobOutcome.HANDED_BACK;
            }
            throw new IllegalStateException("the handler returned without finish()");
        }
    }
}
