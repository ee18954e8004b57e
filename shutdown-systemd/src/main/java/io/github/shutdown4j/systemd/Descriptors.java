package io.github.shutdown4j.systemd;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channel;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.stream.Stream;

/** Examines open file descriptors of this process and finds that of a channel. */
final class Descriptors {

    static final int STREAM = 1;
    static final int DATAGRAM = 2;

    private static final Path DIRECTORY = Path.of("/proc/self/fd");

    /** The descriptors of channels whose socket was replaced, so that their address is meaningless. */
    private static final Map<Channel, Integer> REPLACED = Collections.synchronizedMap(new WeakHashMap<>());

    private Descriptors() {}

    /** Returns its target as in {@code /proc}: a path, "socket:[123]", "pipe:[123]"; empty if it is closed or unreadable. */
    static Optional<String> target(int descriptor) {
        try {
            return Optional.of(Files.readSymbolicLink(DIRECTORY.resolve(Integer.toString(descriptor)))
                    .toString());
        } catch (IOException e) {
            return Optional.empty(); // closed meanwhile, or not readable
        }
    }

    static boolean isSocket(int descriptor) {
        return target(descriptor).filter(t -> t.startsWith("socket:")).isPresent();
    }

    static boolean isListening(int descriptor) {
        return isSocket(descriptor) && option(descriptor, LibC.SO_ACCEPTCONN) == 1;
    }

    /** Returns the type of a socket: {@link #STREAM}, {@link #DATAGRAM} or another number of the system. */
    static int type(int descriptor) {
        return option(descriptor, LibC.SO_TYPE);
    }

    /** Returns a description: "TCP socket 127.0.0.1:80 that listens", "UNIX datagram socket /run/x", "/dev/null". */
    static String describe(int descriptor) {
        if (!isSocket(descriptor)) {
            return target(descriptor).orElse("closed");
        }
        Optional<SocketAddress> address = localAddress(descriptor);
        String family = address.map(a -> a instanceof InetSocketAddress ? "TCP" : "UNIX")
                .orElse("");
        String kind =
                switch (type(descriptor)) {
                    case STREAM -> family;
                    case DATAGRAM -> family.equals("TCP") ? "UDP" : family + " datagram";
                    default -> family + " (type " + type(descriptor) + ")";
                };
        return (kind + " socket " + address.map(Descriptors::text).orElse("of another family")).strip()
                + (isListening(descriptor) ? " that listens" : "");
    }

    static String text(SocketAddress address) {
        return address instanceof InetSocketAddress inet
                ? inet.getAddress().getHostAddress() + ":" + inet.getPort()
                : address.toString();
    }

    private static int option(int descriptor, int option) {
        int[] value = new int[1];
        int failed = LibC.getsockopt(descriptor, LibC.SOL_SOCKET, option, value, new int[] {Integer.BYTES});
        return failed == 0 ? value[0] : -1;
    }

    /** Returns empty for a socket that is neither IP nor UNIX. */
    static Optional<SocketAddress> localAddress(int descriptor) {
        byte[] name = new byte[128];
        int[] length = {name.length};
        return LibC.getsockname(descriptor, name, length) == 0 ? address(name, length[0]) : Optional.empty();
    }

    private static Optional<SocketAddress> remoteAddress(int descriptor) {
        byte[] name = new byte[128];
        int[] length = {name.length};
        return LibC.getpeername(descriptor, name, length) == 0 ? address(name, length[0]) : Optional.empty();
    }

    private static Optional<SocketAddress> address(byte[] name, int length) {
        ByteBuffer fields = ByteBuffer.wrap(name);
        short family = fields.order(ByteOrder.nativeOrder()).getShort();
        if (family == LibC.AF_UNIX) {
            String path = new String(name, 2, Math.max(0, length - 2), StandardCharsets.UTF_8);
            boolean isAbstract = path.startsWith("\0");
            path = (isAbstract ? "@" + path.substring(1) : path).replace("\0", "");
            return Optional.of(UnixDomainSocketAddress.of(path));
        }
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
        try {
            return Optional.of(new InetSocketAddress(InetAddress.getByAddress(bytes), port));
        } catch (java.net.UnknownHostException e) {
            throw new AssertionError(e); // the length is right
        }
    }

    /**
     * Returns the descriptor of an open channel that is bound or connected.
     *
     * @throws IOException if the channel is closed, or if not exactly one socket of this process has its addresses
     */
    static int of(NetworkChannel channel) throws IOException {
        if (!channel.isOpen()) {
            throw new IOException(channel + " is closed");
        }
        Integer replaced = REPLACED.get(channel);
        if (replaced != null) {
            return replaced;
        }
        SocketAddress local = channel.getLocalAddress();
        SocketAddress remote = channel instanceof SocketChannel socket ? socket.getRemoteAddress() : null;
        boolean listening = channel instanceof ServerSocketChannel;
        List<Integer> found = new ArrayList<>();
        for (int descriptor : all()) {
            if (isSocket(descriptor)
                    && isListening(descriptor) == listening
                    && localAddress(descriptor).filter(a -> isSame(a, local)).isPresent()
                    && (remote == null
                            || remoteAddress(descriptor)
                                    .filter(a -> isSame(a, remote))
                                    .isPresent())) {
                found.add(descriptor);
            }
        }
        if (found.stream().map(Descriptors::target).distinct().count() != 1) {
            throw new IOException("the descriptor of " + channel + " must be one, was " + found);
        }
        return found.get(0);
    }

    /** Java and the kernel represent the wildcard address differently. */
    private static boolean isSame(SocketAddress one, SocketAddress other) {
        if (one instanceof InetSocketAddress a && other instanceof InetSocketAddress b) {
            boolean anywhere =
                    a.getAddress().isAnyLocalAddress() && b.getAddress().isAnyLocalAddress();
            return a.getPort() == b.getPort() && (anywhere || a.getAddress().equals(b.getAddress()));
        }
        return one.equals(other);
    }

    private static List<Integer> all() throws IOException {
        try (Stream<Path> entries = Files.list(DIRECTORY)) {
            return entries.map(entry -> Integer.parseInt(entry.getFileName().toString()))
                    .toList();
        }
    }

    /** Returns the descriptor of the open file with this path. */
    static int ofFile(Path file) throws IOException {
        for (int descriptor : all()) {
            if (target(descriptor).filter(file.toString()::equals).isPresent()) {
                return descriptor;
            }
        }
        throw new IOException("no descriptor of " + file);
    }

    /** Replaces the socket of this channel, which is in blocking mode, by a copy of {@code source}. */
    static <C extends SelectableChannel & NetworkChannel> void replaceSocket(C channel, int source) throws IOException {
        replace(channel, of(channel), source);
        // A previous process may have left the socket in another mode than the channel assumes.
        channel.configureBlocking(false);
        channel.configureBlocking(true);
    }

    /** Replaces {@code target}, the descriptor of this channel, by a copy of {@code source}. */
    static void replace(Channel channel, int target, int source) throws IOException {
        if (LibC.dup3(source, target, LibC.CLOEXEC) == -1) {
            throw new IOException("dup3 of descriptor " + source + ": " + Errno.describe(LibC.errno()));
        }
        REPLACED.put(channel, target);
    }
}
