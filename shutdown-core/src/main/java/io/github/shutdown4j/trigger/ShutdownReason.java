package io.github.shutdown4j.trigger;

import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.internal.OneLine;

/**
 * Why the process ends. There is exactly one per shutdown: the first that arrives wins, later ones change nothing.
 *
 * <p>{@link #isFailure()} decides, before the reason is published, whether a shutdown in which every step succeeds
 * still ends with exit code 1.
 */
public sealed interface ShutdownReason {

    /** One line for logs and reports. */
    String text();

    /** Whether the process ends because something broke. */
    default boolean isFailure() {
        return false;
    }

    /** A signal arrived. */
    record Signalled(ShutdownSignal signal) implements ShutdownReason {
        public Signalled {
            Checks.notNull("signal", signal);
        }

        @Override
        public String text() {
            return "received " + signal;
        }
    }

    /** Somebody called; {@code by} says who, for the log. */
    record Requested(String by) implements ShutdownReason {
        public Requested {
            Checks.notBlank("by", by);
        }

        @Override
        public String text() {
            return "requested by " + by;
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
            return "service '" + service + "' failed: " + OneLine.of(cause);
        }

        @Override
        public boolean isFailure() {
            return true;
        }
    }

    /** A service whose end is the end of the process has returned. */
    record ServiceEnded(String service) implements ShutdownReason {
        public ServiceEnded {
            Checks.notBlank("service", service);
        }

        @Override
        public String text() {
            return "service '" + service + "' ended";
        }
    }

    /** A thread died of an exception that nobody caught; only if the coordinator was asked to watch for that. */
    record UncaughtException(String thread, Throwable cause) implements ShutdownReason {
        public UncaughtException {
            Checks.notBlank("thread", thread);
            Checks.notNull("cause", cause);
        }

        @Override
        public String text() {
            return "uncaught exception in thread '" + thread + "': " + OneLine.of(cause);
        }

        @Override
        public boolean isFailure() {
            return true;
        }
    }

    /**
     * The JVM is already on its way out: {@link System#exit} was called elsewhere, or the last non-daemon thread ended.
     * Its exit code was decided by that and stays.
     */
    record JvmExiting() implements ShutdownReason {
        @Override
        public String text() {
            return "the JVM is exiting";
        }
    }
}
