package io.github.shutdown4j;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;

/** What the tests of services share. */
final class ServiceTesting {

    static final Duration SECONDS_10 = Duration.ofSeconds(10);

    private ServiceTesting() {}

    static Service untilStopped() {
        return context -> {
            context.ready();
            context.awaitStop();
        };
    }

    static Service failing(Exception cause) {
        return context -> {
            throw cause;
        };
    }

    static ShutdownReason reasonOf(ServiceGroup group) throws Exception {
        return group.reason().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    static void eventually(Callable<Boolean> condition) {
        Awaitility.await().pollInterval(Duration.ofMillis(1)).atMost(SECONDS_10).until(condition);
    }

    static List<Thread> threadsNamed(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals(name))
                .toList();
    }

    /** Waits in a way that no interrupt ends, until {@code released} is opened. */
    static void ignoreInterrupts(java.util.concurrent.CountDownLatch released) {
        boolean open = false;
        while (!open) {
            try {
                released.await();
                open = true;
            } catch (InterruptedException e) {
                // that is the point
            }
        }
    }
}
