package io.github.shutdown4j.systemd;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.trigger.ShutdownReason;

/** Two listeners: one for which no thread can be created, and one for which none can be created once it is ready. */
final class NoThreadsProgram {

    private static final int ADDRESS_SPACE = 9;
    /** Less than the stack of a thread, which the test makes large; more than everything else needs. */
    private static final long ROOM = 128L << 20;

    private NoThreadsProgram() {}

    public static void main(String[] args) throws Exception {
        long[] before = new long[2];
        check(TestLibC.getrlimit(ADDRESS_SPACE, before) == 0);
        ShutdownReason reason = new ShutdownReason.Requested("the test");

        noThreads(before[1]);
        SystemdListener never = SystemdListener.fromEnvironment();
        never.onReady();
        never.onShutdown(reason);

        check(TestLibC.setrlimit(ADDRESS_SPACE, before) == 0);
        SystemdListener listener = SystemdListener.builder()
                .stopExtension(Duration.ofMillis(400))
                .withoutWatchdog()
                .build();
        listener.onReady();
        noThreads(before[1]);
        listener.onShutdown(reason);
        listener.onPhaseStarted(ShutdownPhase.STOP, Duration.ofSeconds(60));
        listener.onPhaseStarted(ShutdownPhase.DRAIN, Duration.ofSeconds(60)); // progress
        System.in.read(); // until the test has seen enough
    }

    private static void noThreads(long most) throws Exception {
        for (int attempt = 0; attempt < 1000; attempt++) {
            long pages =
                    Long.parseLong(Files.readString(Path.of("/proc/self/statm")).split(" ")[0]);
            check(TestLibC.setrlimit(ADDRESS_SPACE, new long[] {pages * 4096 + ROOM, most}) == 0);
            try {
                Thread thread = new Thread(() -> {});
                thread.start(); // in the memory of a thread that has just ended
                thread.join();
            } catch (OutOfMemoryError e) {
                return;
            }
        }
        throw new IllegalStateException("threads can still be created");
    }

    private static void check(boolean fact) {
        if (!fact) {
            throw new IllegalStateException();
        }
    }
}
