package io.github.shutdown4j.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Determines what has started the exit of the JVM. Called in a shutdown hook, because the information is lost when the hooks
 * have ended. The search runs on a separate thread, because a dump of many threads takes long, and one of virtual threads is
 * written to a file.
 */
public final class ExitCaller {

    private ExitCaller() {}

    /**
     * Returns one line, such as {@code System.exit was called by thread "main" at com.example.App.main(App.java:12)}; empty
     * if that is unknown, or cannot be found out within {@code limit}. An interrupt ends the wait and is kept.
     */
    public static String describe(Duration limit) {
        try {
            return new Search().find(limit);
        } catch (RuntimeException | Error outOfMemory) { // the exit matters more
            return "";
        }
    }

    /** One search, and what it has found. */
    static class Search implements Runnable {

        private final CountDownLatch ended = new CountDownLatch(1);
        private volatile String found = "";

        String find(Duration limit) {
            try {
                NamedThreads.daemon("exit-caller", this).start();
                var unused = ended.await(limit.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException meantForSomethingElse) {
                Thread.currentThread().interrupt();
            } catch (OutOfMemoryError noThread) {
                return "";
            }
            return found;
        }

        @Override
        public void run() {
            try {
                found = search();
            } catch (RuntimeException | Error outOfMemory) {
                // The caller stays unknown.
            } finally {
                ended.countDown();
            }
        }

        String search() {
            return ofAnyThread();
        }
    }

    private static String ofAnyThread() {
        for (Map.Entry<Thread, StackTraceElement[]> each :
                Thread.getAllStackTraces().entrySet()) {
            String found = describe("\"" + each.getKey().getName() + "\"", Arrays.asList(each.getValue()));
            if (!found.isEmpty()) {
                return found;
            }
        }
        return ofVirtualThread();
    }

    /** Virtual threads are only in a thread dump. */
    private static String ofVirtualThread() {
        List<String> found = new ArrayList<>();
        var unused = ThreadDump.visit((container, id, name, stack) -> {
            String text = describe(name.isEmpty() ? "#" + id : "\"" + name + "\"", stack);
            if (!text.isEmpty()) {
                found.add(text);
            }
        });
        return found.isEmpty() ? "" : found.get(0);
    }

    /** Describes the exit call of the thread that runs the hooks; empty for other threads, which only wait for that exit. */
    static String describe(String thread, List<StackTraceElement> stack) {
        boolean runsHooks = false;
        for (StackTraceElement frame : stack) {
            String type = frame.getClassName();
            String method = frame.getMethodName();
            if (type.equals("java.lang.ApplicationShutdownHooks")) {
                runsHooks = true;
            } else if (runsHooks && type.equals("java.lang.Shutdown") && method.equals("shutdown")) {
                return "the last non-daemon thread has ended";
            } else if (runsHooks && type.startsWith("java.lang.Terminator")) {
                String signal = thread.replace("\"", "").replace(" handler", "");
                return "received " + signal + ", which has no handler";
            } else if (runsHooks && !isOfTheJdk(type)) {
                return "System.exit was called by thread " + thread + " at " + plain(frame);
            }
        }
        return runsHooks ? "System.exit was called by thread " + thread : "";
    }

    private static boolean isOfTheJdk(String type) {
        return type.startsWith("java.") || type.startsWith("jdk.") || type.startsWith("sun.");
    }

    /** Without the class loader and the module. */
    private static String plain(StackTraceElement frame) {
        return new StackTraceElement(
                        frame.getClassName(), frame.getMethodName(), frame.getFileName(), frame.getLineNumber())
                .toString();
    }
}
