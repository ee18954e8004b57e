package io.github.shutdown4j.spring;

/**
 * The guard of a request is an attribute of it, so that an answer that never ends by itself can be ended when the drain
 * begins, by {@code guard.onDrain(emitter::complete)}. Requests to the actuator have none. Do not close it.
 */
public final class RequestGuard {

    /** The name of the attribute, for {@code @RequestAttribute}. */
    public static final String ATTRIBUTE = "shutdown4j.guard";

    private RequestGuard() {}
}
