package io.github.shutdown4j.examples.benchmarks.servers;

import java.nio.file.Files;
import java.nio.file.Path;

/** Tells what the process needs, then waits for its end. */
final class Settled {

    private Settled() {}

    /** Waits as many milliseconds before it tells; then until somebody ends it. */
    static void waitAndTell(String settleMillis) throws Exception {
        System.out.println("READY 0");
        long settle = Long.parseLong(settleMillis);
        if (settle > 0) {
            Thread.sleep(settle);
            String resident = resident();
            System.out.println("MEMORY " + resident + " " + retained());
        }
        Thread.currentThread().join();
    }

    private static String resident() throws Exception {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .map(line -> line.replaceAll("[^0-9]", ""))
                .findFirst()
                .orElseThrow();
    }

    private static long retained() throws InterruptedException {
        Runtime runtime = Runtime.getRuntime();
        for (int i = 0; i < 3; i++) {
            System.gc();
            Thread.sleep(50);
        }
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
