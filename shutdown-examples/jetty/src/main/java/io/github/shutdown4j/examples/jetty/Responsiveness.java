package io.github.shutdown4j.examples.jetty;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

import org.eclipse.jetty.server.Server;

/**
 * A health check for a watchdog: whether the threads of a server still process tasks. {@code isRunning()} stays true when all
 * of them are stuck. A server that is not started or is stopped counts as responsive.
 *
 * <p>For one caller at a time.
 */
public final class Responsiveness {

    private final Server server;
    private final Duration limit;

    /** The task that still waits for a thread; null if none. */
    private CountDownLatch waiting;

    /** @param limit the limit of a check; less than that of the watchdog, which is a quarter of WatchdogSec= */
    public Responsiveness(Server server, Duration limit) {
        this.server = server;
        this.limit = limit;
    }

    /**
     * Submits a task to the threads of the server and waits for it. If the task does not complete in time, the next call waits
     * for it again, so that a slow queue does not look like a stuck server.
     */
    public boolean isResponsive() {
        try {
            return !server.isStarted() || isDoneInTime() || !server.isStarted();
        } catch (RejectedExecutionException e) {
            return !server.isStarted(); // the queue is full, or the server was just stopped
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true; // the result is not needed any more
        }
    }

    private boolean isDoneInTime() throws InterruptedException {
        if (waiting == null) {
            CountDownLatch given = new CountDownLatch(1);
            server.getThreadPool().execute(given::countDown);
            waiting = given;
        }
        boolean done = waiting.await(limit.toNanos(), TimeUnit.NANOSECONDS);
        if (done) {
            waiting = null;
        }
        return done;
    }
}
