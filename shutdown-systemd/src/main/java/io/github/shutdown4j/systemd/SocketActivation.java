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

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes over the descriptors that systemd has passed to this process: makes channels of those that listen. */
final class SocketActivation {

    private static final Logger log = LoggerFactory.getLogger(SocketActivation.class);
    private static final int FIRST_DESCRIPTOR = 3;
    private static final int STANDARD_INPUT = 0;

    private SocketActivation() {}

    /** What was passed: listening stream sockets as channels, and all else as it is. */
    record Passed(List<ActivatedSocket> sockets, List<PassedDescriptor> others) {}

    static Passed activateAll(SystemdEnvironment environment) throws IOException {
        List<ActivatedSocket> sockets = new ArrayList<>();
        List<PassedDescriptor> others = new ArrayList<>();
        int count = count(environment);
        String[] names =
                environment.value(SystemdEnvironment.LISTEN_FDNAMES).orElse("").split(":", -1);
        try {
            for (int i = 0; i < count; i++) {
                String name = i < names.length && !names[i].isEmpty() ? names[i] : "unknown";
                Optional<ActivatedSocket> socket = activate(FIRST_DESCRIPTOR + i, name);
                socket.ifPresent(sockets::add);
                if (socket.isEmpty()) {
                    others.add(PassedDescriptor.of(name, FIRST_DESCRIPTOR + i));
                }
            }
            // Outside a unit, standard input may be any socket.
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

    /** How many descriptors were handed to this process. */
    private static int count(SystemdEnvironment environment) {
        Optional<String> count = environment.value(SystemdEnvironment.LISTEN_FDS);
        if (count.isEmpty()) {
            return 0;
        }
        String pid = environment.value(SystemdEnvironment.LISTEN_PID).orElse("");
        if (!pid.equals(Long.toString(environment.pid()))) {
            log.warn(
                    "systemd: sockets were passed to process \"{}\", but this JVM is process {}: does the start script"
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

    /** Empty if the descriptor is no listening stream socket. Native code is touched only for a socket. */
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
            Descriptors.replace(channel, Descriptors.of(channel), descriptor);
            if (temporary instanceof UnixDomainSocketAddress file) {
                Files.deleteIfExists(file.getPath());
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
        log.info("systemd: passed a socket, {} ({})", Descriptors.text(address.get()), name);
        return Optional.of(new ActivatedSocket(name, channel, address.get()));
    }
}
