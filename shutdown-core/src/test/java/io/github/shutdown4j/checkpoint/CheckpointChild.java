package io.github.shutdown4j.checkpoint;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import io.github.shutdown4j.internal.TickerHolder;
import io.github.shutdown4j.testing.FakeTicker;

/**
 * A process with a checkpoint, for tests that kill it: {@code java … CheckpointChild MODE FILE [BYTES]}. It prints
 * what it has loaded and which generations have been acknowledged.
 */
final class CheckpointChild {

    private CheckpointChild() {}

    /** A number and a filler that depends on it; read without databind, which is slow to load. */
    record Counter(long value, String filler) {

        static Counter of(long value, int bytes) {
            char[] filler = new char[new Random(value).nextInt(bytes) + 1];
            Arrays.fill(filler, (char) ('a' + value % 26));
            return new Counter(value, new String(filler));
        }
    }

    static final class CounterCodec implements CheckpointCodec<Counter> {

        @Override
        public byte[] encode(Counter state) {
            return ("[ " + state.value() + ", \"" + state.filler() + "\" ]").getBytes(StandardCharsets.US_ASCII);
        }

        @Override
        public Counter decode(byte[] json) throws IOException {
            String[] parts = new String(json, StandardCharsets.US_ASCII)
                    .replaceAll("[\\[\\]\" ]", "")
                    .split(",");
            Counter counter = new Counter(Long.parseLong(parts[0]), parts[1]);
            if (counter.filler().chars().anyMatch(c -> c != 'a' + counter.value() % 26)) {
                throw new IOException("the filler of another generation");
            }
            return counter;
        }
    }

    static CheckpointStore<Counter> open(Path file) throws CheckpointException {
        return CheckpointStore.builder(file, Counter.class)
                .codec(new CounterCodec())
                .open();
    }

    static ProcessBuilder command(String mode, Path file, int bytes) {
        return command(List.of("-cp", System.getProperty("java.class.path")), mode, file, bytes);
    }

    /** @param classes the options of the JVM that say where its classes are */
    static ProcessBuilder command(List<String> classes, String mode, Path file, int bytes) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-XX:-UsePerfData"));
        command.addAll(classes);
        command.addAll(List.of(CheckpointChild.class.getName(), mode, file.toString(), Integer.toString(bytes)));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
    }

    public static void main(String[] arguments) throws Exception {
        Path file = Path.of(arguments[1]);
        if (arguments[0].equals("forced")) {
            TickerHolder.replace(new FakeTicker()); // stands still: the note is waited for as long as it takes
        }
        int bytes = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 1000;
        CheckpointStore<Counter> store = open(file);
        LoadResult<Counter> loaded = store.load();
        long value = loaded.state().map(Counter::value).orElse(0L);
        say("LOADED " + value + " " + loaded.getClass().getSimpleName() + " "
                + store.lastRun().ending());
        long[] current = {value};
        Checkpoint<Counter> checkpoint = Checkpoint.of(store, () -> Counter.of(current[0], bytes));
        switch (arguments[0]) {
            case "loop" -> {
                while (true) {
                    current[0]++;
                    checkpoint.save();
                    say("ACK " + current[0]);
                }
            }
            case "load" -> store.close();
            case "once" -> {
                current[0]++;
                try {
                    checkpoint.save();
                    say("SAVED " + current[0]);
                } catch (CheckpointException e) {
                    say("FAILED " + e.kind() + " at " + e.step());
                }
                Runtime.getRuntime().halt(0);
            }
            case "finish" -> {
                current[0]++;
                checkpoint.finish();
            }
            case "forced" -> {
                current[0]++;
                checkpoint.save();
                checkpoint.markForced();
                Runtime.getRuntime().halt(3);
            }
            case "halt" -> {
                current[0]++;
                checkpoint.save();
                Runtime.getRuntime().halt(4);
            }
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    private static void say(String line) throws IOException {
        @SuppressWarnings("resource") // standard output
        FileOutputStream out = new FileOutputStream(FileDescriptor.out);
        out.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
    }
}
