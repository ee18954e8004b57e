package io.github.shutdown4j.examples.guide.hadoop;

import java.util.concurrent.TimeUnit;

import org.apache.hadoop.util.ShutdownHookManager;

/** Hooks with a number and a limit. */
final class Before {

    private Before() {}

    static void register(Runnable stopServer, Runnable closePool) {
        ShutdownHookManager.get().addShutdownHook(stopServer, 100, 20, TimeUnit.SECONDS);
        ShutdownHookManager.get().addShutdownHook(closePool, 50, 5, TimeUnit.SECONDS);
    }
}
