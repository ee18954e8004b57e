package io.github.shutdown4j.systemd;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.List;

import io.github.shutdown4j.internal.Checks;

/**
 * A listening socket that systemd has passed to this process (socket activation). While the service restarts, no connection
 * is refused: connections wait in the queue of the socket for the next process.
 *
 * <pre>{@code
 * List<ActivatedSocket> held = ActivatedSocket.fromEnvironment(); // empty if there is no socket unit
 * ServerSocketChannel channel = held.isEmpty() ? bindOurselves() : held.get(0).channel();
 * }</pre>
 *
 * <p>The socket comes from a {@code .socket} unit, as one of {@code LISTEN_FDS}, or is standard input with {@code
 * StandardInput=socket}. The channel supports blocking mode and selectors. Closing it does not close the socket of systemd.
 *
 * <p><b>Implementation.</b> The JDK cannot open a channel for a descriptor other than standard input. Therefore a channel is
 * bound to a free port of the loopback interface, and its descriptor is atomically replaced by a copy of the passed one
 * ({@code dup3}). {@link ServerSocketChannel#getLocalAddress()} still returns the former port, which is closed; use {@link
 * #address}.
 *
 * <p>{@link System#inheritedChannel()} is not used, because it supports standard input only, and because the JDK redirects
 * standard output and standard error to {@code /dev/null} when that channel is closed, which loses the log of the shutdown.
 *
 * @param name the {@code FileDescriptorName=} of the socket unit, by default the name of the unit; {@code stdin} for
 *     standard input
 * @param channel open, bound, listening, in blocking mode
 * @param address the address of the socket: an {@link InetSocketAddress}, or a {@link java.net.UnixDomainSocketAddress},
 *     whose path begins with "@" for an abstract socket
 */
public record ActivatedSocket(String name, ServerSocketChannel channel, SocketAddress address) {

    public ActivatedSocket {
        Checks.notNull("name", name);
        Checks.notNull("channel", channel);
        Checks.notNull("address", address);
    }

    /**
     * Returns the listening TCP and UNIX stream sockets that systemd has passed to this process, in the order of systemd,
     * standard input last. Every call returns the same list. If there are none, or {@code LISTEN_PID} is another process, the
     * list is empty and no native code is loaded. {@link PassedDescriptor#fromEnvironment()} returns all other descriptors.
     *
     * <p>Serve all of them, or refuse to start: clients of a socket that nobody accepts from wait forever.
     *
     * @throws IOException if a socket was passed and cannot be used; the message names the cause. All passed sockets are
     *     closed then, and every later call fails as well
     */
    public static List<ActivatedSocket> fromEnvironment() throws IOException {
        return SocketActivation.passed().sockets();
    }

    /**
     * Returns the port of the socket.
     *
     * @throws IllegalStateException if this is a UNIX socket
     */
    public int port() {
        if (address instanceof InetSocketAddress inet) {
            return inet.getPort();
        }
        throw new IllegalStateException("a UNIX socket has no port: " + address);
    }
}
