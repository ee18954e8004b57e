package io.github.shutdown4j.examples.backend.jobs;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceContext;
import io.github.shutdown4j.trigger.CheckedRunnable;

/**
 * Runs a task repeatedly. When it is stopped, no further run starts. It waits for a run in progress, which is interrupted near
 * the limit.
 */
public final class Cron implements Service {

    private static final Logger log = LoggerFactory.getLogger(Cron.class);

    private final Duration pause;
    private final CheckedRunnable task;
    private volatile boolean failing; // so that a lasting failure is logged once

    /** @param pause from the end of a run to the next */
    public Cron(Duration pause, CheckedRunnable task) {
        this.pause = pause;
        this.task = task;
    }

    @Override
    public void run(ServiceContext context) throws InterruptedException {
        ScheduledExecutorService scheduler =
                Executors.newSingleThreadScheduledExecutor(body -> new Thread(body, "cron-" + context.name()));
        try {
            long nanos = pause.toNanos();
            var unused = scheduler.scheduleWithFixedDelay(() -> tick(context), nanos, nanos, TimeUnit.NANOSECONDS);
            context.ready();
            context.awaitStop();
            scheduler.shutdown();
            while (!scheduler.awaitTermination(1, TimeUnit.DAYS)) {
                // The group interrupts this thread at its limit.
            }
        } finally {
            var unused = scheduler.shutdownNow();
        }
    }

    private void tick(ServiceContext context) {
        if (context.isStopping()) {
            return;
        }
        try {
            task.run();
            failing = false;
        } catch (Exception | Error e) { // also an Error: the scheduler would silently end the task
            if (!failing) {
                log.warn("cron {} failed, it is retried at its next run: {}", context.name(), e.toString());
            }
            failing = true;
        }
    }
}
