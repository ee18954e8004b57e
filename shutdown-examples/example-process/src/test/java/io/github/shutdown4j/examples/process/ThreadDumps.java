package io.github.shutdown4j.examples.process;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

import io.github.shutdown4j.testing.ChildJvm;

/**
 * What the threads of a process are doing. Whether a request has reached its handler cannot be observed from outside, but a
 * thread dump shows those that have.
 */
public final class ThreadDumps {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final String FIRST_LINE = "Full thread dump";
    private static final String LAST_LINE = "JNI global ref";

    private ThreadDumps() {}

    /** Lets the process print dumps until exactly {@code count} threads are in a method; no other dumps may be printed. */
    public static void awaitInMethod(ChildJvm process, Class<?> type, String method, int count) {
        long from = System.nanoTime();
        long found = inMethod(process, type, method);
        while (found != count) {
            if (System.nanoTime() - from > PATIENCE.toNanos()) {
                throw new AssertionError("expected " + count + " threads in " + type.getSimpleName() + "." + method
                        + " within " + PATIENCE.toSeconds() + " s, there are " + found);
            }
            LockSupport.parkNanos(100_000_000);
            found = inMethod(process, type, method);
        }
    }

    private static long inMethod(ChildJvm process, Class<?> type, String method) {
        int before = (int)
                process.out().stream().filter(line -> line.contains(LAST_LINE)).count();
        process.signal("QUIT");
        process.awaitLines(LAST_LINE, before + 1, PATIENCE);
        List<String> out = process.out();
        String first = out.stream()
                .filter(line -> line.startsWith(FIRST_LINE))
                .findFirst()
                .orElseThrow();
        return out.stream()
                .skip(out.lastIndexOf(first))
                .filter(line -> line.contains("at " + type.getName() + "." + method + "("))
                .count();
    }
}
