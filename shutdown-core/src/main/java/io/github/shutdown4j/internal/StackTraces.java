package io.github.shutdown4j.internal;

import java.util.ArrayList;
import java.util.List;

/** Stack traces in the form used by reports. */
public final class StackTraces {

    private StackTraces() {}

    /** Returns the frames without the names of class loaders and the versions of modules. */
    public static List<StackTraceElement> plain(StackTraceElement[] stack) {
        List<StackTraceElement> frames = new ArrayList<>(stack.length);
        for (StackTraceElement frame : stack) {
            frames.add(new StackTraceElement(
                    frame.getClassName(), frame.getMethodName(), frame.getFileName(), frame.getLineNumber()));
        }
        return List.copyOf(frames);
    }

    /** Returns whether the thread of this stack is one of a pool of the JDK and waits for a task. */
    public static boolean isIdle(List<StackTraceElement> stack) {
        for (StackTraceElement frame : stack) {
            String type = frame.getClassName();
            String method = frame.getMethodName();
            if ((type.equals("java.util.concurrent.ThreadPoolExecutor") && method.equals("getTask"))
                    || (type.equals("java.util.concurrent.ForkJoinPool") && method.equals("awaitWork"))) {
                return true;
            }
        }
        return false;
    }
}
