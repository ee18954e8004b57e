package io.github.shutdown4j.systemd;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.ComponentLogger;
import io.github.shutdown4j.internal.OneLine;

/**
 * Takes over the descriptors that systemd has passed to this process, once, and opens channels for listening sockets.
 * Afterwards the numbers may be reused, so a failure is final, too.
 */
final class SocketActivation {

    private static final ComponentLogger LOG = new ComponentLogger(ActivatedSocket.class, "systemd");
    private static final int FIRST_DESCRIPTOR = 3;
    private static final int STANDARD_INPUT = 0;

    /** The sockets and descriptors that were passed to this process. */
    private static final SocketActivation OF_PROCESS = new SocketActivation(FIRST_DESCRIPTOR);

    private final int first;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Passed passed;
    private @Nullable Throwable failure;

    SocketActivation(int first) {
        this.first = first;
    }

    /** The passed descriptors: listening stream sockets as channels, all others unchanged. */
    record Passed(List<ActivatedSocket> sockets, List<PassedDescriptor> others) {}

    static Passed passed() throws IOException {
        return OF_PROCESS.passed(SystemdEnvironment.current());
    }

    Passed passed(SystemdEnvironment environment) throws IOException {
        lock.lock();
        try {
            if (failure != null) {
                throw new IOException("what was passed could not be taken over: " + OneLine.of(failure), failure);
            }
            Passed present = passed;
            if (present == null) {
                present = activateAll(environment);
                passed = present;
            }
            return present;
        } catch (IOException | RuntimeException | Error e) {
            failure = failure == null ? e : failure;
            throw e;
        } finally {
            lock.unlock();
        }
    }

    private Passed activateAll(SystemdEnvironment environment) throws IOException {
        List<ActivatedSocket> sockets = new ArrayList<>();
        try {
            return activateAll(environment, sockets);
        } catch (IOException | RuntimeException | Error e) {
            for (ActivatedSocket socket : sockets) {
                try {
                    socket.channel().close();
                } catch (IOException | RuntimeException alsoFailed) {
                    e.addSuppressed(alsoFailed);
                }
            }
            throw e;
        }
    }

    private Passed activateAll(SystemdEnvironment environment, List<ActivatedSocket> sockets) throws IOException {
        List<PassedDescriptor> others = new ArrayList<>();
        int count = count(environment);
        String[] names =
                environment.value(SystemdEnvironment.LISTEN_FDNAMES).orElse("").split(":", -1);
        try {
            for (int i = 0; i < count; i++) {
                String name = i < names.length && !names[i].isEmpty() ? names[i] : "unknown";
                Optional<ActivatedSocket> socket = activate(first + i, name);
                socket.ifPresent(sockets::add);
                if (socket.isEmpty()) {
                    others.add(PassedDescriptor.of(name, first + i));
                }
            }
            // Outside of a unit, standard input may be any socket.
            if (environment.value(SystemdEnvironment.INVOCATION_ID).isPresent()) {
                activate(STANDARD_INPUT, "stdin").ifPresent(sockets::add);
            }
        } catch (LinkageError | IllegalCallerException e) {
            throw new IOException(
                    "a socket was passed, but native code cannot be loaded (" + LoadFailure.cause(e) + "). "
                            + LoadFailure.remedy(e),
                    e);
        }
        return new Passed(List.copyOf(sockets), List.copyOf(others));
    }

    /** Returns the number of descriptors that were passed to this process. */
    private int count(SystemdEnvironment environment) {
        Optional<String> count = environment.value(SystemdEnvironment.LISTEN_FDS);
        if (count.isEmpty()) {
            return 0;
        }
        String pid = environment.value(SystemdEnvironment.LISTEN_PID).orElse("");
        if (!pid.equals(Long.toString(environment.pid()))) {
            LOG.warn(
                    "sockets were passed to process \"{}\", but this JVM is process {}: does the start script"
                            + " end in 'exec java ...'?",
                    pid,
                    environment.pid());
            return 0;
        }
        try {
            return open(Integer.parseInt(count.get()));
        } catch (NumberFormatException e) {
            LOG.warn("LISTEN_FDS must be a number, was \"{}\"", count.get());
            return 0;
        }
    }

    /** systemd passes successive numbers, so there are no more after one that is closed. */
    private int open(int count) {
        for (int i = 0; i < count; i++) {
            if (Descriptors.target(first + i).isEmpty()) {
                LOG.warn(
                        "LISTEN_FDS is {}, but descriptor {} is closed: only {} can be taken over",
                        count,
                        first + i,
                        i);
                return i;
            }
        }
        return Math.max(0, count);
    }

    /** Returns empty if the descriptor is not a listening stream socket. Loads native code only for sockets. */
    static Optional<ActivatedSocket> activate(int descriptor, String name) throws IOException {
        if (!Descriptors.isListening(descriptor) || Descriptors.type(descriptor) != Descriptors.STREAM) {
            return Optional.empty();
        }
        Optional<SocketAddress> address = Descriptors.localAddress(descriptor);
        if (address.isEmpty()) {
            return Optional.empty();
        }
        boolean unix = address.get() instanceof UnixDomainSocketAddress;
        ServerSocketChannel channel =
                unix ? ServerSocketChannel.open(StandardProtocolFamily.UNIX) : ServerSocketChannel.open();
        try {
            channel.bind(unix ? null : new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
            SocketAddress temporary = channel.getLocalAddress();
            Descriptors.replaceSocket(channel, descriptor);
            if (temporary instanceof UnixDomainSocketAddress file) {
                Files.deleteIfExists(file.getPath());
            }
        } catch (IOException | RuntimeException | Error e) {
            channel.close();
            throw e;
        }
        if (descriptor != STANDARD_INPUT) {
            int unused = LibC.close(descriptor);
        }
        LOG.info("passed a socket, {} ({})", Descriptors.text(address.get()), name);
        return Optional.of(new ActivatedSocket(name, channel, address.get()));
    }
}
