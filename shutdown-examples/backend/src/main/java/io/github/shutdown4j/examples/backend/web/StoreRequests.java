package io.github.shutdown4j.examples.backend.web;

import java.util.concurrent.Semaphore;

import io.javalin.http.Handler;
import io.javalin.http.ServiceUnavailableResponse;

/**
 * Refuses requests that need PostgreSQL or Redis while too many of them wait. If a store hangs, each of them holds a thread
 * for seconds, and without a limit none would be left for the probes: a platform would restart all instances.
 */
final class StoreRequests {

    /** Less than half of the threads of the server, and many more than there are connections. */
    private static final int MOST = 100;

    private final Semaphore free = new Semaphore(MOST);

    Handler limited(Handler handler) {
        return ctx -> {
            if (!free.tryAcquire()) {
                throw new ServiceUnavailableResponse("too many requests wait for PostgreSQL or Redis");
            }
            try {
                handler.handle(ctx);
            } finally {
                free.release();
            }
        };
    }
}
