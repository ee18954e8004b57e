package io.github.shutdown4j.examples.backend.jobs;

import java.io.IOException;

/** Redis cannot be reached, or is not able to serve at present. */
public final class RedisAwayException extends IOException {

    private static final long serialVersionUID = 1L;

    RedisAwayException(Throwable cause) {
        super("Redis is away: " + cause.getMessage(), cause);
    }
}
