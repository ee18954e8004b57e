package io.github.shutdown4j.systemd;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.List;

/**
 * A listening socket of systemd, so that no connection is refused while the service restarts: those that come in
 * between wait in the queue of the socket for the next process.
 *
 * <p>It comes from a {@code .socket} unit beside the service, as one of {@code LISTEN_FDS}, or as standard input with
 * {@code StandardInput=socket}. The channel works like any other, blocking, with a selector, and as what a server is
 * given to listen on. Closing it ends nothing but this process's part.
 *
 * <p>How it is made: the JDK has no door for a descriptor that is not standard input. So a channel is opened on a port of
 * the loopback interface that the kernel chooses, and its descriptor is replaced by a copy of the one that was handed
 * over, in one step ({@code dup3}). From there on the kernel knows no difference; but
 * {@link ServerSocketChannel#getLocalAddress()} goes on to name the port of before, which is no longer open.
 * {@link #address} is the true one.
 *
 * <p>Why not {@link System#inheritedChannel()}: it takes standard input only, and the JDK redirects standard output and
 * standard error to {@code /dev/null} when that channel is closed, which silences the log of the whole shutdown.
 *
 * @param name the {@code FileDescriptorName=} of the socket unit, by default the name of the unit; {@code stdin} for
 *     standard input
 * @param channel open, bound, listening, in blocking mode
 * @param address where clients connect: an {@link InetSocketAddress}, or a {@link java.net.UnixDomainSocketAddress}, whose
 *     path begins with "@" if the socket is an abstract one
 */
public record ActivatedSocket(String name, ServerSocketChannel channel, SocketAddress address) {

    /**
     * The listening TCP and UNIX stream sockets that systemd has passed to this process, in its order, standard input last;
     * each call returns the same. Empty, without any native code, where there are none or {@code LISTEN_PID} is another
     * process. What else came along is in {@link PassedDescriptor#fromEnvironment()}.
     *
     * <p>Serve all of them, or refuse to start: in a socket that nobody accepts from, clients wait for ever.
     *
     * @throws IOException if a socket was passed and cannot be used; the message names the reason. Then none of them is open
     *     any more, and each later call fails as well
     */
    public static List<ActivatedSocket> fromEnvironment() throws IOException {
        return SocketActivation.passed().sockets();
    }

    /**
     * The port at which clients connect.
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
