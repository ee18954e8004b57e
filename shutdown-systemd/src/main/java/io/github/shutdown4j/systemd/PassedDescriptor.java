package io.github.shutdown4j.systemd;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.Channel;
import java.nio.channels.DatagramChannel;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.github.shutdown4j.internal.Checks;

/**
 * A file descriptor that systemd has passed to this process and that is not an {@link ActivatedSocket}: a datagram socket of
 * a {@code .socket} unit, a connection, pipe or file that an earlier run has {@linkplain SystemdNotifier#storeDescriptor
 * stored}, or a file of {@code OpenFile=}.
 *
 * <pre>{@code
 * for (PassedDescriptor passed : PassedDescriptor.fromEnvironment()) {
 *     if (passed.name().equals("journal")) {
 *         return (FileChannel) passed.channel(); // stored by the previous run
 *     }
 * }
 * }</pre>
 *
 * <p>The descriptor stays open under its number until {@link #channel()} is called.
 *
 * @param name {@code FileDescriptorName=}, or the name under which it was stored; "unknown" if systemd has passed none
 * @param number the number of the descriptor in this process
 * @param description a description for logs, such as "UDP socket 127.0.0.1:514" or a path
 */
public record PassedDescriptor(String name, int number, String description) {

    /** The numbers that channels have taken over, which may be reused by now. */
    private static final Set<Integer> TAKEN = ConcurrentHashMap.newKeySet();

    public PassedDescriptor {
        Checks.notNull("name", name);
        Checks.notNull("description", description);
    }

    /**
     * Returns all passed descriptors, in the order of systemd. Every call returns the same list. If there are none, or {@code
     * LISTEN_PID} is another process, the list is empty and no native code is loaded.
     *
     * @throws IOException if a socket was passed and native code cannot be loaded; the message names the remedy
     */
    public static List<PassedDescriptor> fromEnvironment() throws IOException {
        return SocketActivation.passed().others();
    }

    static PassedDescriptor of(String name, int number) {
        TAKEN.remove(number); // a new descriptor with this number
        return new PassedDescriptor(name, number, Descriptors.describe(number));
    }

    /**
     * Returns a channel that takes over the descriptor and closes it: for a socket a {@link DatagramChannel} or a {@link
     * SocketChannel} in blocking mode, otherwise a {@link FileChannel} that can read and write as far as the descriptor
     * allows. The addresses of a socket channel are not those of the socket. May be called once: afterwards the number is
     * free and may be reused for any other file of this process.
     *
     * @throws IOException if the descriptor is closed, was taken over before, or is a socket of another type, which can only
     *     be used by its number
     */
    public Channel channel() throws IOException {
        if (!TAKEN.add(number)) {
            throw new IOException(
                    "descriptor " + number + " (" + name + ") has been taken over; keep the channel of the first call");
        }
        Channel channel;
        try {
            if (Descriptors.target(number).isEmpty()) {
                throw new IOException("descriptor " + number + " (" + name + ") is closed");
            }
            channel = open();
        } catch (IOException | RuntimeException | Error e) {
            TAKEN.remove(number);
            throw e;
        }
        int unused = LibC.close(number);
        return channel;
    }

    private Channel open() throws IOException {
        if (!Descriptors.isSocket(number)) {
            return file();
        }
        return switch (Descriptors.type(number)) {
            case Descriptors.DATAGRAM -> datagrams();
            case Descriptors.STREAM -> stream();
            default -> throw new IOException("no channel for descriptor " + number + " (" + name + "), " + description);
        };
    }

    Channel datagrams() throws IOException {
        DatagramChannel channel = DatagramChannel.open();
        try {
            channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            Descriptors.replaceSocket(channel, number);
        } catch (IOException | RuntimeException | Error e) {
            channel.close();
            throw e;
        }
        return channel;
    }

    /** Opens a loopback connection and replaces its socket. */
    Channel stream() throws IOException {
        try (ServerSocketChannel ourselves = ServerSocketChannel.open()) {
            ourselves.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
            SocketChannel channel = SocketChannel.open(ourselves.getLocalAddress());
            try {
                ourselves.accept().close();
                Descriptors.replaceSocket(channel, number);
            } catch (IOException | RuntimeException | Error e) {
                channel.close();
                throw e;
            }
            return channel;
        }
    }

    Channel file() throws IOException {
        Path file = Files.createTempFile("passed", ".tmp").toRealPath();
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
            try {
                Descriptors.replace(channel, Descriptors.ofFile(file), number);
            } catch (IOException | RuntimeException | Error e) {
                channel.close();
                throw e;
            }
            return channel;
        } finally {
            Files.deleteIfExists(file);
        }
    }
}
