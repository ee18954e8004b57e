package io.github.shutdown4j.testing;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;

import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceGroup;
import io.github.shutdown4j.trigger.ShutdownReason;

/** Common parts of the tests of services. */
public final class ServiceTesting {

    public static final Duration SECONDS_10 = Duration.ofSeconds(10);

    private ServiceTesting() {}

    public static Service untilStopped() {
        return context -> {
            context.ready();
            context.awaitStop();
        };
    }

    public static Service failing(Exception cause) {
        return context -> {
            throw cause;
        };
    }

    public static ShutdownReason reasonOf(ServiceGroup group) throws Exception {
        return group.whenShutdownRequested().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    public static void eventually(Callable<Boolean> condition) {
        Awaitility.await()
                .pollInterval(Duration.ofMillis(1))
                .atMost(Duration.ofMinutes(1))
                .until(condition);
    }
}
