package io.github.shutdown4j.trigger;

/** Thrown when new work, a new service or a new resource is refused because of the shutdown. */
public class ShuttingDownException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    /** Creates an exception with a message that names what was refused. */
    public ShuttingDownException(String message) {
        super(message);
    }
}
