package io.github.shutdown4j.examples.backend.jobs;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs once when a server becomes unavailable, and once when it is available again, however many threads notice it. */
final class AvailabilityLog {

    private static final Logger log = LoggerFactory.getLogger(AvailabilityLog.class);

    private final String server;
    private final AtomicReference<String> outage = new AtomicReference<>();
    private volatile OptionalLong lastOutage = OptionalLong.empty();

    AvailabilityLog(String server) {
        this.server = server;
    }

    /** Whether there is an outage, or one has ended less than so long ago. */
    boolean isRecent(Duration time) {
        if (outage.get() != null) {
            return true;
        }
        OptionalLong ended = lastOutage;
        return ended.isPresent() && System.nanoTime() - ended.getAsLong() < time.toNanos();
    }

    void unavailable(Throwable cause) {
        if (outage.compareAndSet(null, String.valueOf(cause.getMessage()))) {
            log.warn("jobs: {} is unavailable, retrying: {}", server, cause.toString());
        }
    }

    /** The reason of the outage, while there is one. */
    Optional<String> outage() {
        return Optional.ofNullable(outage.get());
    }

    void available() {
        if (outage.get() == null) {
            return;
        }
        lastOutage = OptionalLong.of(System.nanoTime()); // set before the end, for concurrent readers
        if (outage.getAndSet(null) != null) {
            log.info("jobs: {} reconnected", server);
        }
    }
}
