package io.github.shutdown4j.examples.backend.jobs;

import java.io.IOException;

/** Redis cannot be reached, or is not able to serve at present. */
public final class RedisUnavailableException extends IOException {

    private static final long serialVersionUID = 1L;

    RedisUnavailableException(String reason) {
        super("Redis is unavailable: " + reason);
    }

    RedisUnavailableException(Throwable cause) {
        super("Redis is unavailable: " + cause.getMessage(), cause);
    }
}
