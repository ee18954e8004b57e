package io.github.shutdown4j.examples.benchmarks.programs;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.jna.Native;
import org.slf4j.LoggerFactory;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * A program without shutdown4j: it logs a line and has an empty shutdown hook. With the argument {@code databind} it also
 * writes one record by databind, with {@code read} it also reads that, with {@code jna} it sends a datagram to the socket of
 * systemd, and another one from a thread of its own when it receives TERM: a library must not let foreign code, such as a
 * listener, block the thread that receives signals or the one that ends the process.
 */
public final class Bare {

    private Bare() {}

    public static void main(String[] args) throws Exception {
        LoggerFactory.getLogger(Bare.class).info("starts");
        Runtime.getRuntime().addShutdownHook(new Hook());
        if (args[1].equals("databind")) {
            var unused = new ObjectMapper().writeValueAsBytes(new Coordinated.State(1));
        } else if (args[1].equals("read")) {
            ObjectMapper mapper = new ObjectMapper();
            byte[] json = mapper.writeValueAsBytes(new Coordinated.State(1));
            var unused = mapper.readValue(json, Coordinated.State.class);
        } else if (args[1].equals("jna")) {
            Datagram.send("READY=1", System.getenv("NOTIFY_SOCKET"));
            Signal.handle(new Signal("TERM"), new Stop());
        }
        Ready.reportAndWait(args[0]);
    }

    private static final class Hook extends Thread {

        @Override
        public void run() {
            // nothing
        }
    }

    private static final class Stop implements SignalHandler {

        @Override
        public void handle(Signal signal) {
            Thread sender = new Sender();
            sender.start();
            try {
                sender.join();
            } catch (InterruptedException end) {
                // No other code does that.
            }
            System.exit(0);
        }
    }

    private static final class Sender extends Thread {

        @Override
        public void run() {
            Datagram.send("STOPPING=1", System.getenv("NOTIFY_SOCKET"));
        }
    }

    /** The minimum that sends a datagram: socket and sendto. */
    static final class Datagram {

        private Datagram() {}

        static native int socket(int domain, int type, int protocol);

        static native long sendto(int socket, byte[] data, long length, int flags, byte[] address, int size);

        static {
            Native.register(Datagram.class, "c");
        }

        static void send(String text, String path) {
            byte[] data = text.getBytes(StandardCharsets.US_ASCII);
            byte[] name = path.getBytes(StandardCharsets.UTF_8);
            byte[] address = ByteBuffer.allocate(Short.BYTES + name.length + 1)
                    .order(ByteOrder.nativeOrder())
                    .putShort((short) 1) // AF_UNIX
                    .put(name)
                    .array();
            int socket = socket(1, 2 | 0x80000, 0); // AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC
            if (sendto(socket, data, data.length, 0x4040, address, address.length) < 0) {
                throw new IllegalStateException("not sent");
            }
        }
    }
}
