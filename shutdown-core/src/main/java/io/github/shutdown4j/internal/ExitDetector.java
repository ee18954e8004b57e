package io.github.shutdown4j.internal;

/** Knows a thread that has called {@link System#exit}: it never comes back, and waiting for it is in vain. */
public final class ExitDetector {

    private ExitDetector() {}

    /** Whether the stack is that of a thread inside a call of exit. */
    public static boolean isInside(StackTraceElement[] stack) {
        for (StackTraceElement frame : stack) {
            String type = frame.getClassName();
            if (frame.getMethodName().equals("exit")
                    && (type.equals("java.lang.Shutdown") || type.equals("java.lang.Runtime"))) {
                return true;
            }
        }
        return false;
    }
}
