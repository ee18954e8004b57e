package io.github.shutdown4j.trigger;

/** Thrown to whoever comes too late: new work, a new service or a new resource while the process is ending. */
public class ShuttingDownException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    /** With a message that names what was refused. */
    public ShuttingDownException(String message) {
        super(message);
    }
}
