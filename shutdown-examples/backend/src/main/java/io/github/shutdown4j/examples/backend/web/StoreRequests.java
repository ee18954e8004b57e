package io.github.shutdown4j.examples.backend.web;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

import io.javalin.http.Handler;
import io.javalin.http.ServiceUnavailableResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refuses requests that need PostgreSQL or Redis while too many of them wait. If a store hangs, each of them holds a thread
 * for seconds, and without a limit none would be left for the probes: a platform would restart all instances.
 */
final class StoreRequests {

    private static final Logger log = LoggerFactory.getLogger(StoreRequests.class);

    private static final int LEAST = 100;

    /** The server has 250 threads. */
    private static final int MOST = 200;

    private final int limit;
    private final Semaphore free;
    private final AtomicBoolean logged = new AtomicBoolean();

    /** @param poolSize the number of connections to the database; about as many requests again may wait for one */
    StoreRequests(int poolSize) {
        limit = limit(poolSize);
        free = new Semaphore(limit);
    }

    static int limit(int poolSize) {
        return Math.min(MOST, Math.max(LEAST, 2 * poolSize));
    }

    Handler limited(Handler handler) {
        return ctx -> {
            if (!free.tryAcquire()) {
                if (logged.compareAndSet(false, true)) {
                    log.warn("{} requests wait for PostgreSQL or Redis, further ones are answered 503", limit);
                }
                throw new ServiceUnavailableResponse("too many requests wait for PostgreSQL or Redis");
            }
            try {
                handler.handle(ctx);
            } finally {
                free.release();
                if (logged.get() && free.availablePermits() > limit / 2) {
                    logged.set(false); // the next refusal is logged again
                }
            }
        };
    }
}
