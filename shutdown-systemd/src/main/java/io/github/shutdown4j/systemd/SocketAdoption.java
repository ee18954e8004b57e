package io.github.shutdown4j.systemd;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes channels of the listening sockets among the descriptors that systemd has handed over. */
final class SocketAdoption {

    private static final Logger log = LoggerFactory.getLogger(SocketAdoption.class);
    private static final int FIRST_DESCRIPTOR = 3;
    private static final int STANDARD_INPUT = 0;
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    private SocketAdoption() {}

    static List<HeldSocket> adoptAll(SystemdEnvironment environment) throws IOException {
        List<HeldSocket> sockets = new ArrayList<>();
        int count = count(environment);
        String[] names =
                environment.value(SystemdEnvironment.LISTEN_FDNAMES).orElse("").split(":", -1);
        try {
            for (int i = 0; i < count; i++) {
                String name = i < names.length && !names[i].isEmpty() ? names[i] : "unknown";
                adopt(FIRST_DESCRIPTOR + i, name).ifPresent(sockets::add);
            }
            // Outside a unit, standard input may be any socket.
            if (environment.value(SystemdEnvironment.INVOCATION_ID).isPresent()) {
                adopt(STANDARD_INPUT, "stdin").ifPresent(sockets::add);
            }
        } catch (LinkageError | IllegalCallerException e) {
            throw new IOException(
                    "a socket was handed over, but native code cannot be loaded (" + LoadFailure.cause(e) + "). "
                            + LoadFailure.remedy(e),
                    e);
        }
        return List.copyOf(sockets);
    }

    /** How many descriptors were handed to this process. */
    private static int count(SystemdEnvironment environment) {
        Optional<String> count = environment.value(SystemdEnvironment.LISTEN_FDS);
        if (count.isEmpty()) {
            return 0;
        }
        String pid = environment.value(SystemdEnvironment.LISTEN_PID).orElse("");
        if (!pid.equals(Long.toString(environment.pid()))) {
            log.warn(
                    "systemd: sockets were handed to process \"{}\", but this JVM is process {}: does the start script"
                            + " end in 'exec java ...'?",
                    pid,
                    environment.pid());
            return 0;
        }
        try {
            return Math.max(0, Integer.parseInt(count.get()));
        } catch (NumberFormatException e) {
            log.warn("systemd: LISTEN_FDS must be a number, was \"{}\"", count.get());
            return 0;
        }
    }

    /** Empty if the descriptor is no listening TCP socket. Native code is touched only for a socket. */
    static Optional<HeldSocket> adopt(int descriptor, String name) throws IOException {
        if (inode(descriptor).isEmpty() || option(descriptor, LibC.SO_ACCEPTCONN) != 1) {
            return Optional.empty();
        }
        Optional<InetSocketAddress> address = address(descriptor);
        if (address.isEmpty()) {
            log.info("systemd: descriptor {} ({}) is no TCP socket and left as it is", descriptor, name);
            return Optional.empty();
        }
        ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
            if (LibC.dup3(descriptor, descriptorOf(channel), LibC.CLOEXEC) == -1) {
                throw new IOException("dup3 of descriptor " + descriptor + ": " + Errno.describe(LibC.errno()));
            }
            // Whatever mode the last process left the socket in, it is the one the channel believes in.
            channel.configureBlocking(false);
            channel.configureBlocking(true);
        } catch (IOException | RuntimeException | Error e) {
            channel.close();
            throw e;
        }
        if (descriptor != STANDARD_INPUT) {
            int unused = LibC.close(descriptor);
        }
        log.info("systemd: listening on {}, a socket that systemd holds ({})", address.get(), name);
        return Optional.of(new HeldSocket(name, channel, address.get()));
    }

    /** The descriptor of the channel: the one whose socket listens at its address. */
    static int descriptorOf(ServerSocketChannel channel) throws IOException {
        InetSocketAddress wanted = (InetSocketAddress) channel.getLocalAddress();
        List<Integer> found = new ArrayList<>();
        try (Stream<Path> entries = Files.list(DESCRIPTORS)) {
            for (Path entry : entries.toList()) {
                int descriptor = Integer.parseInt(entry.getFileName().toString());
                if (inode(descriptor).isPresent()
                        && option(descriptor, LibC.SO_ACCEPTCONN) == 1
                        && address(descriptor)
                                .filter(a -> a.getPort() == wanted.getPort())
                                .filter(a -> a.getAddress().isLoopbackAddress())
                                .isPresent()) {
                    found.add(descriptor);
                }
            }
        }
        if (found.size() != 1) {
            throw new IOException("the descriptor of " + channel + " must be one, was " + found);
        }
        return found.get(0);
    }

    /** "socket:[123]", or empty if it is something else or closed. */
    private static Optional<String> inode(int descriptor) {
        try {
            String target = Files.readSymbolicLink(DESCRIPTORS.resolve(Integer.toString(descriptor)))
                    .toString();
            return Optional.of(target).filter(t -> t.startsWith("socket:"));
        } catch (IOException e) {
            return Optional.empty(); // closed between the listing and now, or not ours to see
        }
    }

    private static int option(int descriptor, int option) {
        int[] value = new int[1];
        int failed = LibC.getsockopt(descriptor, LibC.SOL_SOCKET, option, value, new int[] {Integer.BYTES});
        return failed == 0 ? value[0] : -1;
    }

    private static Optional<InetSocketAddress> address(int descriptor) throws IOException {
        byte[] name = new byte[128];
        if (LibC.getsockname(descriptor, name, new int[] {name.length}) != 0) {
            return Optional.empty();
        }
        ByteBuffer fields = ByteBuffer.wrap(name);
        short family = fields.order(ByteOrder.nativeOrder()).getShort();
        int port = Short.toUnsignedInt(fields.order(ByteOrder.BIG_ENDIAN).getShort());
        byte[] bytes;
        if (family == LibC.AF_INET) {
            bytes = new byte[4];
        } else if (family == LibC.AF_INET6) {
            bytes = new byte[16];
            fields.getInt(); // the flow
        } else {
            return Optional.empty();
        }
        fields.get(bytes);
        return Optional.of(new InetSocketAddress(InetAddress.getByAddress(bytes), port));
    }
}
