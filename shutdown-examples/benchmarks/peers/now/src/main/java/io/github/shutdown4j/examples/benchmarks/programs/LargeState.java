package io.github.shutdown4j.examples.benchmarks.programs;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.github.shutdown4j.checkpoint.CheckpointStore;

/**
 * Saves or loads a state of many records of 1 KB of JSON each: {@code save FILE RECORDS} or {@code load FILE RECORDS}.
 * Prints the heap that the state itself needs, in bytes, and the milliseconds of the save, or of the open and load: on the
 * wall, and of processor time.
 */
public final class LargeState {

    /** One record. */
    public record Item(long id, String name, String text) {}

    /** The state. */
    public record State(List<Item> items) {}

    private LargeState() {}

    public static void main(String[] args) throws Exception {
        int records = Integer.parseInt(args[2]);
        State state = args[0].equals("save") ? create(records) : null;
        long before = Ready.usedHeap();
        double processor = Ready.processorMillis();
        long begin = System.nanoTime();
        try (CheckpointStore<State> store = CheckpointStore.builder(Path.of(args[1]), State.class)
                .timeout(Duration.ofMinutes(5))
                .open()) {
            if (state == null) {
                state = store.load().orElse(null);
            } else {
                processor = Ready.processorMillis();
                begin = System.nanoTime();
                store.save(state);
            }
        }
        double millis = (System.nanoTime() - begin) / 1e6;
        processor = Ready.processorMillis() - processor;
        if (state == null || state.items().size() != records) {
            throw new IllegalStateException("not the state that was saved");
        }
        long own = args[0].equals("save") ? before : Ready.usedHeap();
        System.out.println("DONE " + own + " " + millis + " " + processor);
        Runtime.getRuntime().halt(state.items().get(0).id() == 0 ? 0 : 1); // the state is reachable until here
    }

    private static State create(int records) {
        List<Item> items = new ArrayList<>();
        for (int i = 0; i < records; i++) {
            String name = "item " + i;
            items.add(new Item(i, name, "t".repeat(1024 - 40 - name.length())));
        }
        return new State(items);
    }
}
