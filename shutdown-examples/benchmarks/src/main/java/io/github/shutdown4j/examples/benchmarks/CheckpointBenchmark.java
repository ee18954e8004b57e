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
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import io.github.shutdown4j.Checkpoint;
import io.github.shutdown4j.CheckpointCodec;
import io.github.shutdown4j.CheckpointException;
import io.github.shutdown4j.CheckpointStore;
import io.github.shutdown4j.examples.benchmarks.Ratios.Times;

/**
 * A save against the least that a durable replacement of a file takes: write, force, move, force the folder, by hand, of
 * as many bytes. The store also locks, keeps the generation before, and writes a header with a checksum. The two take
 * turns, so that a disk which becomes slower does so for both.
 */
final class CheckpointBenchmark {

    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    /** What the store writes around a state. */
    private static final int HEADER = 180;

    /** The state is its own encoding: what is measured is the store, not a JSON library. */
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

    private final Path folder;

    CheckpointBenchmark(Path folder) {
        this.folder = folder;
    }

    void run() throws Exception {
        compare(1_000, 1_500, "1.25");
        compare(100_000, 1_000, "1.15");
        compare(10_000_000, 60, "1.15");
        burst();
    }

    private void compare(int size, int rounds, String bar) throws Exception {
        byte[] state = new byte[size];
        Arrays.fill(state, (byte) 'x');
        state[0] = '"';
        state[size - 1] = '"';
        byte[] bare = new byte[size + HEADER];
        Times floor = new Times(rounds);
        Times ours = new Times(rounds);
        try (CheckpointStore<byte[]> store = CheckpointStore.builder(folder.resolve(size + ".json"), byte[].class)
                .codec(new AsIs())
                .open()) {
            for (int round = -rounds / 2; round < rounds; round++) {
                state[1 + Math.floorMod(round, 100)] = (byte) ('a' + Math.floorMod(round, 26));
                long start = System.nanoTime();
                replaceByHand(folder.resolve(size + ".bare"), bare);
                long middle = System.nanoTime();
                store.save(state);
                long end = System.nanoTime();
                if (round >= 0) {
                    floor.add(middle - start);
                    ours.add(end - middle);
                }
            }
        }
        System.out.printf(
                Locale.ROOT,
                "save of %,d bytes, as a ratio to the floor: %s; the bar is %s%n",
                size,
                Ratios.text(floor, ours),
                bar);
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
     * How often 64 threads that save at once make the store write. A snapshot takes 20 ms here, so that all of them
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
            System.out.printf("burst of %d savers: %d writes; the bar is 3%n", threads, writes.get() - before);
        }
    }
}
