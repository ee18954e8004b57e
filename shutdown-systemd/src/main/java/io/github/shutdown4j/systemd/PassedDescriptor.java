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

/**
 * A file descriptor that systemd has passed to this process and that is no {@link ActivatedSocket}: a datagram socket of a
 * {@code .socket} unit, a connection, pipe or file that a run before has given to
 * {@link SystemdNotifier#storeDescriptor systemd to keep}, a file of {@code OpenFile=}.
 *
 * <p>It stays open, under its number, until {@link #channel()} takes it over.
 *
 * @param name {@code FileDescriptorName=}, or the name under which it was stored; "unknown" if systemd gave none
 * @param number of the descriptor in this process
 * @param description for people, such as "UDP socket 127.0.0.1:514" or a path
 */
public record PassedDescriptor(String name, int number, String description) {

    /** The numbers that have been taken over, which may mean something else by now. */
    private static final Set<Integer> TAKEN = ConcurrentHashMap.newKeySet();

    /**
     * All that have been passed, in the order of systemd; each call returns the same. Empty, without any native code, where
     * there are none or {@code LISTEN_PID} is another process.
     *
     * @throws IOException if a socket was passed and native code cannot be loaded; the message names the remedy
     */
    public static List<PassedDescriptor> fromEnvironment() throws IOException {
        return SocketActivation.passed().others();
    }

    static PassedDescriptor of(String name, int number) {
        TAKEN.remove(number); // passed now, whatever it was before
        return new PassedDescriptor(name, number, Descriptors.describe(number));
    }

    /**
     * Takes the descriptor over as a channel, which closes it when it is closed: a {@link DatagramChannel} or a
     * {@link SocketChannel}, both blocking, for a socket; for all else a {@link FileChannel}, which reads and writes as far
     * as the descriptor can. A socket channel names addresses that were never its own. To be called once: afterwards the
     * number is free, and may be that of any other file of this process.
     *
     * @throws IOException if it is closed, has been taken over, or is a socket of another kind, for which only the number is
     *     left
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
            Descriptors.replace(channel, Descriptors.of(channel), number);
            channel.configureBlocking(false);
            channel.configureBlocking(true);
        } catch (IOException | RuntimeException | Error e) {
            channel.close();
            throw e;
        }
        return channel;
    }

    /** A connection to ourselves, whose socket is then replaced. */
    Channel stream() throws IOException {
        try (ServerSocketChannel ourselves = ServerSocketChannel.open()) {
            ourselves.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
            SocketChannel channel = SocketChannel.open(ourselves.getLocalAddress());
            try {
                ourselves.accept().close();
                Descriptors.replace(channel, Descriptors.of(channel), number);
                channel.configureBlocking(false);
                channel.configureBlocking(true);
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
