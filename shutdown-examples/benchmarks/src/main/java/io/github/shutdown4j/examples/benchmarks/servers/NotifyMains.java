package io.github.shutdown4j.examples.benchmarks.servers;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import com.sun.jna.Native;
import org.slf4j.LoggerFactory;

import io.github.shutdown4j.systemd.SystemdMessage;
import io.github.shutdown4j.systemd.SystemdNotifier;

/** Prints the milliseconds of the first notification, and the microseconds of the median later one. */
public final class NotifyMains {

    private static final int LATER = 2_000;

    private NotifyMains() {}

    public static void main(String[] args) {
        LoggerFactory.getLogger(NotifyMains.class).debug("each service has a logger");
        BooleanSupplier send = args[0].equals("ours") ? new Ours() : new Bare();
        long begin = System.nanoTime();
        if (!send.getAsBoolean()) {
            throw new IllegalStateException("not sent");
        }
        double first = (System.nanoTime() - begin) / 1e6;
        long[] later = new long[LATER];
        for (int i = 0; i < later.length; ) {
            LockSupport.parkNanos(50_000); // so that the reader keeps up
            long start = System.nanoTime();
            if (send.getAsBoolean()) {
                later[i++] = System.nanoTime() - start;
            }
        }
        Arrays.sort(later);
        System.out.println("NOTIFY " + first + " " + later[later.length / 2] / 1e3);
    }

    /** From the environment to the datagram. */
    private static final class Ours implements BooleanSupplier {

        private SystemdNotifier notifier;

        @Override
        public boolean getAsBoolean() {
            if (notifier == null) {
                notifier = SystemdNotifier.fromEnvironment();
            }
            return notifier.send(SystemdMessage.heartbeat()).isSent();
        }
    }

    /** Only socket and sendto. */
    static final class Bare implements BooleanSupplier {

        private static final byte[] DATA = "WATCHDOG=1".getBytes(StandardCharsets.US_ASCII);

        private final byte[] address = UnixAddress.of(System.getenv("NOTIFY_SOCKET"));
        private int socket = -1;

        static native int socket(int domain, int type, int protocol);

        static native long sendto(int socket, byte[] data, long length, int flags, byte[] address, int size);

        @Override
        public boolean getAsBoolean() {
            if (socket == -1) {
                Native.register(Bare.class, "c");
                socket = socket(1, 2 | 0x80000, 0); // AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC
            }
            return sendto(socket, DATA, DATA.length, 0x4040, address, address.length) >= 0; // not blocking, no signal
        }
    }
}
