package io.github.shutdown4j.trigger;

/**
 * A subscription, which ends when it is closed. Closing it again has no effect.
 *
 * <pre>{@code
 * try (Subscription subscription = coordinator.trigger().subscribe(reason -> upload.abort())) {
 *     upload.run();
 * }
 * }</pre>
 */
public interface Subscription extends AutoCloseable {

    /** Ends the subscription. Does not wait for a running call. */
    @Override
    void close();
}
