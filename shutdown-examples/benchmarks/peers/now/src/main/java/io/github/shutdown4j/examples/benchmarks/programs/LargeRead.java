package io.github.shutdown4j.examples.benchmarks.programs;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * Reads a file of {@link LargeState} by databind alone: {@code FILE RECORDS}. The minimum of a load, without a lock and
 * without a checksum. Prints the same.
 */
public final class LargeRead {

    /** The part of the file that is needed. */
    public record Content(LargeState.State state) {}

    private LargeRead() {}

    public static void main(String[] args) throws Exception {
        var unused = Ready.usedHeap(); // as the other program does
        double processor = Ready.processorMillis();
        long begin = System.nanoTime();
        ObjectMapper mapper = new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
        LargeState.State state;
        try (InputStream in = Files.newInputStream(Path.of(args[0]))) {
            state = mapper.readValue(in, Content.class).state();
        }
        double millis = (System.nanoTime() - begin) / 1e6;
        processor = Ready.processorMillis() - processor;
        if (state.items().size() != Integer.parseInt(args[1])) {
            throw new IllegalStateException("not the state that was saved");
        }
        System.out.println("DONE " + Ready.usedHeap() + " " + millis + " " + processor);
        Runtime.getRuntime().halt(state.items().get(0).id() == 0 ? 0 : 1); // the state is reachable until here
    }
}
