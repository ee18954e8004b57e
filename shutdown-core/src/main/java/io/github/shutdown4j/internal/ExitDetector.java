package io.github.shutdown4j.internal;

/** Detects threads inside {@link System#exit}, which never return and must not be waited for. */
public final class ExitDetector {

    private ExitDetector() {}

    /** Returns whether the stack belongs to a thread inside an exit call. */
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
