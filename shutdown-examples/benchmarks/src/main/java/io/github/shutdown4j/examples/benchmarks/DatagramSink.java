package io.github.shutdown4j.examples.benchmarks;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;

import io.github.shutdown4j.examples.benchmarks.servers.UnixAddress;

/** The end of the socket where systemd would be: reads and forgets, until the process ends. */
final class DatagramSink {

    /** The C library. */
    static final class LibC {

        private LibC() {}

        static native int socket(int domain, int type, int protocol);

        static native int bind(int socket, byte[] address, int size);

        static native NativeLong recv(int socket, Pointer buffer, NativeLong length, int flags);

        static {
            Native.register(LibC.class, "c");
        }
    }

    private static final int SIZE = 4096;

    private final AtomicLong received = new AtomicLong();
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
        Thread reader = new Thread(sink::read, "reads and forgets");
        reader.setDaemon(true);
        reader.start();
        return sink;
    }

    private void read() {
        try (Memory buffer = new Memory(SIZE)) {
            while (LibC.recv(socket, buffer, new NativeLong(SIZE), 0).longValue() > 0) {
                received.incrementAndGet();
            }
        }
    }

    long received() {
        return received.get();
    }
}
