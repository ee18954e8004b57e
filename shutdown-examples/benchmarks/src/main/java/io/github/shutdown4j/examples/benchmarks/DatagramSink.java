package io.github.shutdown4j.examples.benchmarks;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;

import io.github.shutdown4j.examples.benchmarks.servers.UnixAddress;

/** The receiving end of the notification socket: reads until it is closed, and records the first thousand datagrams. */
final class DatagramSink implements AutoCloseable {

    /** The C library. */
    static final class LibC {

        private LibC() {}

        static native int socket(int domain, int type, int protocol);

        static native int bind(int socket, byte[] address, int size);

        static native int close(int descriptor);

        static native NativeLong recv(int socket, Pointer buffer, NativeLong length, int flags);

        static {
            Native.register(LibC.class, "c");
        }
    }

    private static final int SIZE = 4096;
    private static final long PATIENCE_SECONDS = 10;

    /** A datagram, and when it was read, as {@code nanoTime}. */
    private record Datagram(long moment, String text) {}

    private final AtomicLong received = new AtomicLong();
    private final BlockingQueue<Datagram> kept = new LinkedBlockingQueue<>(1_000);
    private final int socket;

    private DatagramSink(int socket) {
        this.socket = socket;
    }

    static DatagramSink at(Path path) {
        byte[] address = UnixAddress.of(path.toString());
        int socket = LibC.socket(1, 2, 0); // AF_UNIX, SOCK_DGRAM
        if (socket < 0 || LibC.bind(socket, address, address.length) != 0) {
            throw new IllegalStateException("cannot listen at " + path);
        }
        DatagramSink sink = new DatagramSink(socket);
        Thread reader = new Thread(sink::read, "reads datagrams");
        reader.setDaemon(true);
        reader.start();
        return sink;
    }

    private void read() {
        try (Memory buffer = new Memory(SIZE)) {
            for (int size = receive(buffer); size > 0; size = receive(buffer)) {
                long moment = System.nanoTime();
                received.incrementAndGet();
                // Of a flood, the first thousand are enough.
                var unused = kept.offer(
                        new Datagram(moment, new String(buffer.getByteArray(0, size), StandardCharsets.UTF_8)));
            }
        }
    }

    private int receive(Memory buffer) {
        return LibC.recv(socket, buffer, new NativeLong(SIZE), 0).intValue();
    }

    long received() {
        return received.get();
    }

    /** When the next datagram was read that contains this line, as {@code nanoTime}; all before it are discarded. */
    long awaitNext(String line) throws InterruptedException {
        for (Datagram next = poll(); next != null; next = poll()) {
            if (next.text().lines().anyMatch(line::equals)) {
                return next.moment();
            }
        }
        throw new IllegalStateException("no " + line + " has arrived");
    }

    private Datagram poll() throws InterruptedException {
        return kept.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** Closes the socket. The thread that reads it may stay until the process ends. */
    @Override
    public void close() {
        var unused = LibC.close(socket);
    }
}
