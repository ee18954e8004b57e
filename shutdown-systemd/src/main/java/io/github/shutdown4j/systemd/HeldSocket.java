package io.github.shutdown4j.systemd;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * A listening socket that systemd holds, so that no connection is refused while the service restarts: those that come in
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
 * @param address where clients connect
 */
public record HeldSocket(String name, ServerSocketChannel channel, InetSocketAddress address) {

    private static final ReentrantLock LOCK = new ReentrantLock();
    /** What this process was handed can be taken over once. */
    private static @Nullable List<HeldSocket> taken;

    /**
     * The TCP sockets that systemd has handed to this process, in its order, standard input last; each call returns the
     * same. Empty, without any native code, where there are none or {@code LISTEN_PID} is another process. Other
     * descriptors that came along are left as they are.
     *
     * @throws IOException if a socket was handed over and cannot be used; the message tells why
     */
    public static List<HeldSocket> fromEnvironment() throws IOException {
        LOCK.lock();
        try {
            List<HeldSocket> present = taken;
            if (present == null) {
                present = SocketAdoption.adoptAll(SystemdEnvironment.current());
                taken = present;
            }
            return present;
        } finally {
            LOCK.unlock();
        }
    }
}
