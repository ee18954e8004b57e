package io.github.shutdown4j.examples.jetty;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

import org.eclipse.jetty.server.Server;

/**
 * Whether a server's threads still get to what they are given, for a watchdog: {@code isRunning()} stays true when all of
 * them are stuck. Says so also of a server that is not started yet, or is stopped: then there is nothing to watch.
 *
 * <p>For one asker at a time, as a watchdog is.
 */
public final class Responsiveness {

    private final Server server;
    private final Duration patience;

    /** What still waits for a thread; null if nothing does. */
    private CountDownLatch waiting;

    /** @param patience how long an answer may take; less than the watchdog waits, which is a quarter of WatchdogSec= */
    public Responsiveness(Server server, Duration patience) {
        this.server = server;
        this.patience = patience;
    }

    /**
     * Gives the server's threads something to do, and waits until one has done it. What has not come back in time is
     * waited for again the next time, so that a queue which moves, however slowly, does not look like a server that is
     * stuck.
     */
    public boolean isResponsive() {
        try {
            return !server.isStarted() || isDoneInTime() || !server.isStarted();
        } catch (RejectedExecutionException e) {
            return !server.isStarted(); // its queue is full, or it was stopped just now
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true; // nobody wants to know any more
        }
    }

    private boolean isDoneInTime() throws InterruptedException {
        if (waiting == null) {
            CountDownLatch given = new CountDownLatch(1);
            server.getThreadPool().execute(given::countDown);
            waiting = given;
        }
        boolean done = waiting.await(patience.toNanos(), TimeUnit.NANOSECONDS);
        if (done) {
            waiting = null;
        }
        return done;
    }
}
