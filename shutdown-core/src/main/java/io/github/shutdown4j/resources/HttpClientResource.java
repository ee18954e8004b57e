package io.github.shutdown4j.resources;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Duration;

import io.github.shutdown4j.internal.Checks;

/**
 * Shuts the HTTP client of the JDK down gracefully, and forcibly once it is interrupted. Its {@code close()} (from Java 21
 * on) waits for requests in flight without limit. The methods are called by reflection, because they are missing before
 * Java 21 and the module may be missing.
 */
final class HttpClientResource extends NamedResource {

    static final String TYPE = "java.net.http.HttpClient";
    private static final Duration SLICE = Duration.ofHours(1);

    private final Object client;
    private volatile String summary = "";

    HttpClientResource(String name, int priority, Object client) {
        super(name, priority);
        this.client = Checks.notNull("client", client);
    }

    @Override
    public void release() throws Exception {
        Class<?> type = Class.forName(TYPE);
        Method awaitTermination = type.getMethod("awaitTermination", Duration.class);
        type.getMethod("shutdown").invoke(client);
        try {
            boolean terminated = false;
            while (!terminated) {
                if (Thread.interrupted()) {
                    throw new InterruptedException("requests were still in flight");
                }
                terminated = call(awaitTermination);
            }
        } catch (InterruptedException outOfTime) {
            summary = "the requests in flight were aborted";
            type.getMethod("shutdownNow").invoke(client);
            throw outOfTime;
        }
    }

    private boolean call(Method awaitTermination) throws Exception {
        try {
            return (boolean) awaitTermination.invoke(client, SLICE);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof InterruptedException interruption) {
                throw interruption;
            }
            throw e;
        }
    }

    @Override
    public String summary() {
        return summary;
    }

    @Override
    public String toString() {
        return "resource '" + name() + "' ending " + TYPE;
    }
}
