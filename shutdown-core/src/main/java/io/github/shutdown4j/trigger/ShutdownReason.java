package io.github.shutdown4j.trigger;

import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.internal.OneLine;

/**
 * The reason of a shutdown. Each shutdown has exactly one reason: the first one counts, later ones are ignored.
 *
 * <pre>{@code
 * coordinator.trigger().subscribe(reason -> {
 *     if (reason instanceof ShutdownReason.ServiceFailed failed) {
 *         alerts.send(failed.service() + " failed: " + failed.cause());
 *     }
 * });
 * }</pre>
 *
 * <p>{@link #isFailure()} decides whether a shutdown with only successful steps still ends with exit code 1.
 */
public sealed interface ShutdownReason {

    /** Returns a one-line text for logs and reports. */
    String text();

    /** Returns whether the process ends because of a failure. */
    default boolean isFailure() {
        return false;
    }

    /** A signal was received. */
    record Signalled(ShutdownSignal signal) implements ShutdownReason {
        public Signalled {
            Checks.notNull("signal", signal);
        }

        @Override
        public String text() {
            return "received " + signal;
        }
    }

    /**
     * The application requested the shutdown.
     *
     * @param requestedBy who requested it, for logs and reports; may come from an untrusted source, since the text has no
     *     line breaks or control characters
     */
    record Requested(String requestedBy) implements ShutdownReason {
        public Requested {
            Checks.notBlank("requestedBy", requestedBy);
        }

        @Override
        public String text() {
            return "requested by " + OneLine.plain(requestedBy);
        }
    }

    /** A service failed, or did not become ready in time. */
    record ServiceFailed(String service, Throwable cause) implements ShutdownReason {
        public ServiceFailed {
            Checks.notBlank("service", service);
            Checks.notNull("cause", cause);
        }

        @Override
        public String text() {
            return "service '" + OneLine.plain(service) + "' failed: " + OneLine.of(cause);
        }

        @Override
        public boolean isFailure() {
            return true;
        }
    }

    /** A service whose end also ends the process has returned. */
    record ServiceEnded(String service) implements ShutdownReason {
        public ServiceEnded {
            Checks.notBlank("service", service);
        }

        @Override
        public String text() {
            return "service '" + OneLine.plain(service) + "' ended";
        }
    }

    /** The start-up of the application failed. */
    record StartFailed(Throwable cause) implements ShutdownReason {
        public StartFailed {
            Checks.notNull("cause", cause);
        }

        @Override
        public String text() {
            return "the start-up failed: " + OneLine.of(cause);
        }

        @Override
        public boolean isFailure() {
            return true;
        }
    }

    /** A thread ended with an uncaught exception; only if the coordinator is configured to handle these. */
    record UncaughtException(String thread, Throwable cause) implements ShutdownReason {
        public UncaughtException {
            Checks.notBlank("thread", thread);
            Checks.notNull("cause", cause);
        }

        @Override
        public String text() {
            return "uncaught exception in thread '" + OneLine.plain(thread) + "': " + OneLine.of(cause);
        }

        @Override
        public boolean isFailure() {
            return true;
        }
    }

    /**
     * The JVM is already exiting: {@link System#exit} was called elsewhere, or the last non-daemon thread ended. The
     * exit code is already decided and does not change.
     *
     * @param cause what began the exit, one line, such as the thread that called {@code System.exit}; empty if unknown
     */
    record JvmExiting(String cause) implements ShutdownReason {
        public JvmExiting {
            Checks.notNull("cause", cause);
        }

        /** The same with an unknown cause. */
        public JvmExiting() {
            this("");
        }

        @Override
        public String text() {
            return cause.isEmpty() ? "the JVM is exiting" : "the JVM is exiting: " + cause;
        }
    }
}
