package io.github.shutdown4j.internal;

/** Thrown if a configuration file cannot be read or is not well-formed. */
public final class ConfigSourceException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String origin;

    public ConfigSourceException(String origin, String message) {
        super(message);
        this.origin = origin;
    }

    /** The file, with line and column if they are known. */
    public String origin() {
        return origin;
    }
}
