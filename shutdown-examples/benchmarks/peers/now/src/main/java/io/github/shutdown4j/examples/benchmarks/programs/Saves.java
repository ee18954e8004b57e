package io.github.shutdown4j.examples.benchmarks.programs;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

import io.github.shutdown4j.checkpoint.CheckpointStore;

/**
 * Saves a state of about as many bytes of JSON as the second argument into the file of the first argument, as often as
 * each line of standard input says. Prints the median of the microseconds.
 */
public final class Saves {

    /** The state. */
    public record State(long count, String text) {}

    private Saves() {}

    public static void main(String[] args) throws Exception {
        String text = "x".repeat(Integer.parseInt(args[1]) - 30);
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        long count = 1_000_000;
        try (CheckpointStore<State> store = CheckpointStore.json(Path.of(args[0]), State.class)) {
            System.out.println("READY");
            for (String line = orders.readLine(); line != null; line = orders.readLine()) {
                long[] nanos = new long[Integer.parseInt(line)];
                for (int i = 0; i < nanos.length; i++) {
                    State state = new State(count++, text);
                    long begin = System.nanoTime();
                    store.save(state);
                    nanos[i] = System.nanoTime() - begin;
                }
                Arrays.sort(nanos);
                System.out.println("SAVED " + nanos[nanos.length / 2] / 1e3);
            }
        }
    }
}
