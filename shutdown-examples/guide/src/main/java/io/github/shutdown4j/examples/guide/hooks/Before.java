package io.github.shutdown4j.examples.guide.hooks;

import java.util.concurrent.TimeUnit;

/** A shutdown hook as it is mostly written. */
final class Before {

    private Before() {}

    static void install(App app) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            app.server().stop();
            app.workers().shutdown();
            try {
                if (!app.workers().awaitTermination(20, TimeUnit.SECONDS)) {
                    app.workers().shutdownNow();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            app.pool().close();
        }));
        app.server().start();
    }
}
