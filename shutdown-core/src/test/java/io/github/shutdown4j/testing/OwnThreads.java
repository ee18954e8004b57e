package io.github.shutdown4j.testing;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.time.Duration;
import java.util.List;

import org.awaitility.Awaitility;

import io.github.shutdown4j.ShutdownCoordinator;

/** The threads of the library in the JVM of a test program. */
public final class OwnThreads {

    private OwnThreads() {}

    /** Returns the live threads with exactly this name. */
    public static List<Thread> threadsNamed(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals(name))
                .toList();
    }

    /** Waits until the coordinator and the listeners have preloaded all classes that a shutdown needs. */
    public static void awaitWarm() {
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .noneMatch(name -> name.equals("shutdown4j-preloader") || name.startsWith("shutdown4j-listener ")));
    }

    /**
     * Delays the exit until every listener has received all events. A coordinator waits for them for at most a second;
     * on a stalled machine the tests would miss the lines that listeners print, and the report.
     */
    public static void keepExitForListeners(ShutdownCoordinator coordinator) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> awaitListeners(coordinator), "listeners"));
    }

    private static void awaitListeners(ShutdownCoordinator coordinator) {
        try {
            boolean begun = coordinator.trigger().await(Duration.ofSeconds(5)).isPresent(); // by a concurrent hook
            if (begun && coordinator.await(Duration.ofSeconds(60)).isPresent()) {
                for (Thread thread : Thread.getAllStackTraces().keySet()) {
                    if (thread.getName().startsWith("shutdown4j-listener ")) {
                        thread.join(60_000);
                    }
                }
            }
        } catch (InterruptedException enough) {
            Thread.currentThread().interrupt();
        }
    }

    /** Prints those that remain. */
    public static void print() {
        awaitWarm();
        awaitEndOfPassing();
        for (ThreadInfo thread : ManagementFactory.getThreadMXBean().dumpAllThreads(false, false)) {
            if (thread.getThreadName().startsWith("shutdown4j-")) {
                System.out.println("thread " + thread.getThreadName() + " " + thread.getThreadState());
            }
        }
        System.out.println("no more threads");
    }

    /**
     * Threads that have done their work end a moment later, and those that remain have yet to wait; one that needs longer
     * than this is printed as it is.
     */
    private static void awaitEndOfPassing() {
        long until = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (System.nanoTime() - until < 0 && isAnybodyPassing()) {
            Moments.after(Duration.ofMillis(10));
        }
    }

    private static boolean isAnybodyPassing() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("shutdown4j-"))
                .anyMatch(thread -> !thread.getName().matches("shutdown4j-(halt-timer|service-.*)")
                        || thread.getState() != Thread.State.WAITING);
    }

    /** {@code Thread.ofVirtual().name(name).start(body)}, from Java 21 on. */
    public static void startVirtual(String name, Runnable body) {
        try {
            Class<?> builder = Class.forName("java.lang.Thread$Builder");
            Object named = builder.getMethod("name", String.class)
                    .invoke(Thread.class.getMethod("ofVirtual").invoke(null), name);
            builder.getMethod("start", Runnable.class).invoke(named, body);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("needs Java 21", e);
        }
    }
}
