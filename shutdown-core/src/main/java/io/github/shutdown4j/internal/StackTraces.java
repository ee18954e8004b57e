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
}
