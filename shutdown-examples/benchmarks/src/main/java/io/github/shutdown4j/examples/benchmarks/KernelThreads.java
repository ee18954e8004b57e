package io.github.shutdown4j.examples.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The threads of a process according to the kernel: the context switches and the processor time of each. */
record KernelThreads(Map<String, Seen> threads) {

    /** A thread: its name, its voluntary and involuntary context switches, and its processor time. */
    record Seen(String name, long switches, long nanos) {}

    static KernelThreads of(long pid) throws IOException {
        Map<String, Seen> threads = new HashMap<>();
        try (Stream<Path> tasks = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
            for (Path task : tasks.toList()) {
                long switches = Files.readAllLines(task.resolve("status")).stream()
                        .filter(line -> line.contains("ctxt_switches:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                        .sum();
                long nanos = Long.parseLong(
                        Files.readString(task.resolve("schedstat")).split(" ", 2)[0]);
                String name = Files.readString(task.resolve("comm")).strip();
                threads.put(task.getFileName().toString(), new Seen(name, switches, nanos));
            }
        }
        return new KernelThreads(threads);
    }

    Set<String> names() {
        return threads.values().stream().map(Seen::name).collect(Collectors.toSet());
    }

    double wakeUpsSince(KernelThreads before) {
        return wakeUpsSince(before, Set.of());
    }

    /** For the threads that do not have one of these names. */
    double wakeUpsSince(KernelThreads before, Set<String> except) {
        long sum = 0;
        for (Map.Entry<String, Seen> thread : threads.entrySet()) {
            if (!except.contains(thread.getValue().name())) {
                sum += thread.getValue().switches() - before.of(thread.getKey()).switches();
            }
        }
        return sum;
    }

    double millisSince(KernelThreads before) {
        long sum = 0;
        for (Map.Entry<String, Seen> thread : threads.entrySet()) {
            sum += thread.getValue().nanos() - before.of(thread.getKey()).nanos();
        }
        return sum / 1e6;
    }

    private Seen of(String task) {
        return threads.getOrDefault(task, new Seen("", 0, 0));
    }
}
