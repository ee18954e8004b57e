package io.github.shutdown4j.testing;

/** Failures of foreign code whose own methods throw. */
public final class HostileFailures {

    private HostileFailures() {}

    public static Exception exception() {
        return new HostileException();
    }

    public static InterruptedException interruption() {
        return new HostileInterruption();
    }

    private static final class HostileException extends Exception {

        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new IllegalStateException("no message");
        }

        @Override
        public synchronized Throwable getCause() {
            throw new IllegalStateException("no cause");
        }

        @Override
        public String toString() {
            throw new IllegalStateException("no text");
        }
    }

    private static final class HostileInterruption extends InterruptedException {

        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new IllegalStateException("no message");
        }

        @Override
        public String toString() {
            throw new IllegalStateException("no text");
        }
    }
}
