package io.github.shutdown4j.trigger;

/**
 * Thrown when new work, a new service or a new resource is refused because of the shutdown.
 *
 * <pre>{@code
 * try {
 *     requests.run(() -> handler.run());
 * } catch (ShuttingDownException closing) {
 *     response.status(503);
 * }
 * }</pre>
 */
public class ShuttingDownException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    /** Creates an exception with a message that names what was refused. */
    public ShuttingDownException(String message) {
        super(message);
    }
}
