package io.github.shutdown4j.examples.benchmarks.programs;

import java.nio.file.Files;
import java.nio.file.Path;

/** Reports that the program is ready, then waits until the process is ended from outside. */
final class Ready {

    private Ready() {}

    /**
     * Does not return.
     *
     * @param settleMillis how long to wait before the program reports its resident memory and heap, in KB and bytes; 0 for
     *     no such report
     */
    static void reportAndWait(String settleMillis) throws Exception {
        System.out.println("READY");
        long settle = Long.parseLong(settleMillis);
        if (settle > 0) {
            Thread.sleep(settle);
            String resident = resident();
            System.out.println("MEMORY " + resident + " " + usedHeap());
        }
        Thread.currentThread().join();
    }

    private static String resident() throws Exception {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmRSS:")) {
                return line.replaceAll("[^0-9]", "");
            }
        }
        throw new IllegalStateException("no VmRSS in /proc/self/status");
    }

    /** The used heap after a collection, in bytes. */
    static long usedHeap() throws InterruptedException {
        Runtime runtime = Runtime.getRuntime();
        for (int i = 0; i < 3; i++) {
            System.gc();
            Thread.sleep(50);
        }
        return runtime.totalMemory() - runtime.freeMemory();
    }

    /** The processor time of this process, in steps of 10 ms. */
    static double processorMillis() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toMillis();
    }
}
