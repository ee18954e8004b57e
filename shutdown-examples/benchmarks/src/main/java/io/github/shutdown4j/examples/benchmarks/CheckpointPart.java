package io.github.shutdown4j.examples.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

import io.github.shutdown4j.checkpoint.Checkpoint;
import io.github.shutdown4j.checkpoint.CheckpointCodec;
import io.github.shutdown4j.checkpoint.CheckpointException;
import io.github.shutdown4j.checkpoint.CheckpointStore;

/**
 * A save, compared with the minimum for a durable replacement of a file of the same size: write, force, move, force the
 * directory. The store also locks, keeps the previous generation, and writes a header with a checksum. The two
 * alternate, so that a disk that becomes slower affects both.
 */
final class CheckpointPart {

    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    /** The bytes that the store writes in addition to a state. */
    private static final int HEADER = 180;

    /** The state is its own encoding: the store is measured, not a JSON library. */
    private static final class AsIs implements CheckpointCodec<byte[]> {
        @Override
        public byte[] encode(byte[] state) {
            return state;
        }

        @Override
        public byte[] decode(byte[] json) {
            return json;
        }
    }

    private final Run run;
    private final Path folder;

    private CheckpointPart(Run run, Path folder) {
        this.run = run;
        this.folder = folder;
    }

    static void run(Run run) throws Exception {
        Path folder = Files.createTempDirectory(run.folder(), "checkpoint");
        try {
            CheckpointPart part = new CheckpointPart(run, folder);
            part.compare(1_000, run.rounds(1_500, 500), 1.25);
            part.compare(100_000, run.rounds(1_000, 300), 1.15);
            part.compare(10_000_000, run.rounds(60, 20), 1.15);
            part.burst();
        } finally {
            delete(folder);
        }
    }

    private void compare(int size, int rounds, double bar) throws Exception {
        byte[] state = new byte[size];
        Arrays.fill(state, (byte) 'x');
        state[0] = '"';
        state[size - 1] = '"';
        byte[] bare = new byte[size + HEADER];
        AtomicInteger saves = new AtomicInteger();
        try (CheckpointStore<byte[]> store = CheckpointStore.builder(folder.resolve(size + ".json"), byte[].class)
                .codec(new AsIs())
                .open()) {
            Turns<Double> turns = new Turns<Double>()
                    .add("by hand", () -> {
                        long begin = System.nanoTime();
                        replaceByHand(folder.resolve(size + ".bare"), bare);
                        return (double) (System.nanoTime() - begin);
                    })
                    .add("shutdown4j", () -> {
                        int count = saves.incrementAndGet(); // no two saves of the same state
                        state[1 + count % 100] = (byte) ('a' + count % 26);
                        long begin = System.nanoTime();
                        store.save(state);
                        return (double) (System.nanoTime() - begin);
                    });
            Map<String, Sample> samples = Sample.each(turns.run(rounds / 2, rounds));
            run.report()
                    .add(Row.of(
                                    "checkpoint",
                                    "save",
                                    String.format(Locale.ROOT, "shutdown4j, %,d bytes", size),
                                    "write, force, move, force by hand",
                                    "x",
                                    samples.get("shutdown4j").over(samples.get("by hand")))
                            .bar(bar));
        }
    }

    private static void replaceByHand(Path target, byte[] bytes) throws IOException {
        Path temporary = target.resolveSibling(target.getFileName() + ".tmp");
        try (FileChannel file = FileChannel.open(
                temporary, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OWNER_ONLY)) {
            ByteBuffer rest = ByteBuffer.wrap(bytes);
            while (rest.hasRemaining()) {
                file.write(rest);
            }
            file.force(true);
        }
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel parent = FileChannel.open(target.getParent(), StandardOpenOption.READ)) {
            parent.force(true);
        }
    }

    /**
     * The number of writes that 64 threads cause by saving at once. A snapshot takes 20 ms here, so that all of them
     * arrive within one write.
     */
    private void burst() throws Exception {
        int threads = 64;
        AtomicInteger writes = new AtomicInteger();
        try (CheckpointStore<Integer> store = CheckpointStore.json(folder.resolve("burst.json"), Integer.class)) {
            Checkpoint<Integer> checkpoint = Checkpoint.of(store, () -> {
                LockSupport.parkNanos(20_000_000);
                return writes.incrementAndGet();
            });
            checkpoint.save();
            int before = writes.get();
            CountDownLatch ready = new CountDownLatch(threads);
            CountDownLatch go = new CountDownLatch(1);
            CountDownLatch saved = new CountDownLatch(threads);
            for (int i = 0; i < threads; i++) {
                new Thread(() -> {
                            try {
                                ready.countDown();
                                go.await();
                                checkpoint.save();
                                saved.countDown();
                            } catch (InterruptedException | CheckpointException failure) {
                                throw new IllegalStateException(failure);
                            }
                        })
                        .start();
            }
            ready.await();
            go.countDown();
            saved.await();
            run.report()
                    .add(Row.of(
                                    "checkpoint",
                                    "writes of " + threads + " savers at once",
                                    "shutdown4j",
                                    "",
                                    "writes",
                                    new Sample(writes.get() - before))
                            .bar(3));
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
