package io.github.shutdown4j.examples.backend.jobs;

import java.util.concurrent.atomic.AtomicBoolean;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells once when a server is lost, and once when it is back, however many threads notice it. */
final class Presence {

    private static final Logger log = LoggerFactory.getLogger(Presence.class);

    private final String server;
    private final AtomicBoolean lost = new AtomicBoolean();

    Presence(String server) {
        this.server = server;
    }

    void lost(Throwable cause) {
        if (lost.compareAndSet(false, true)) {
            log.warn("jobs: {} is away, trying again until it is back: {}", server, cause.toString());
        }
    }

    void seen() {
        if (lost.get() && lost.compareAndSet(true, false)) {
            log.info("jobs: {} is back", server);
        }
    }
}
