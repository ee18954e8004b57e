package io.github.shutdown4j.systemd;

import java.io.IOException;
import java.nio.channels.NetworkChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.internal.ComponentLogger;
import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.Durations;
import io.github.shutdown4j.internal.Sleeper;
import io.github.shutdown4j.internal.Ticker;

/**
 * Sends notifications to systemd, one datagram for each message. Does nothing without systemd.
 *
 * <p>It uses the protocol of sd_notify(3) with the socket in {@code NOTIFY_SOCKET}, a path or an abstract name, through the C
 * library; libsystemd is not needed. If the variable is not set, or this is not Linux, it loads no native code and each call
 * returns {@link NotifyResult.NotUnderSystemd}. If the native code cannot be loaded, one warning describes the remedy, and
 * each call returns {@link NotifyResult.Failed}.
 *
 * <pre>{@code
 * SystemdNotifier systemd = SystemdNotifier.fromEnvironment();
 * systemd.send(SystemdMessage.ready().and(SystemdMessage.status("serving")));
 * }</pre>
 *
 * <p><b>Errors and blocking.</b> No call throws because of systemd or the operating system, and none blocks without limit. If
 * the queue of systemd is full, heartbeats and status are dropped; other messages are retried for at most one second. The
 * native code is loaded on a separate thread. A call before that waits for it, all calls together for at most ten seconds.
 * After that, heartbeats and status are dropped; other messages are queued with a warning and sent in order as soon as the
 * code is loaded. An interrupt ends the retries; the interrupt status is kept.
 *
 * <p><b>Limits.</b> It cannot detect whether systemd has accepted a message. systemd drops messages of processes that {@code
 * NotifyAccess=} does not allow, so a start script must end in {@code exec java}. A warning is logged if this process is not
 * the one that systemd has started. A failure is logged unless it equals the previous one.
 *
 * <p>Thread-safe.
 */
public final class SystemdNotifier implements AutoCloseable {

    static final ComponentLogger LOG = new ComponentLogger(SystemdNotifier.class, "systemd");

    private static final NotifyResult SENT = new NotifyResult.Sent();
    private static final NotifyResult NOT_UNDER_SYSTEMD = new NotifyResult.NotUnderSystemd();
    private static final Duration RETRY_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration INITIAL_BACKOFF = Duration.ofMillis(2);
    private static final Duration MAX_BACKOFF = Duration.ofMillis(100);
    private static final int MAX_DESCRIPTORS = 253;

    private final Ticker ticker;
    private final @Nullable NotifySocketLoader loader;
    /** The result of every call without a loader. */
    private final NotifyResult unavailable;
    /** The error that was logged last; zero after a success. */
    private final AtomicInteger reportedErrno = new AtomicInteger();

    private SystemdNotifier(Ticker ticker, @Nullable NotifySocketLoader loader, NotifyResult unavailable) {
        this.ticker = ticker;
        this.loader = loader;
        this.unavailable = unavailable;
    }

    /** Returns a notifier for the environment of this process. */
    public static SystemdNotifier fromEnvironment() {
        return fromEnvironment(SystemdEnvironment.current(), Ticker.system(), new UnixSocketFactory());
    }

    static SystemdNotifier fromEnvironment(
            SystemdEnvironment environment, Ticker ticker, Function<NotifyAddress, NotifySocket> factory) {
        Optional<String> socket = environment.value(SystemdEnvironment.NOTIFY_SOCKET);
        if (socket.isEmpty()) {
            LOG.debug("NOTIFY_SOCKET is not set, nothing is notified");
            return new SystemdNotifier(ticker, null, NOT_UNDER_SYSTEMD);
        }
        NotifyAddress address;
        try {
            address = NotifyAddress.parse(socket.get());
        } catch (IllegalArgumentException e) {
            LOG.warn("notifications are off because of NOTIFY_SOCKET: {}", e.getMessage());
            return new SystemdNotifier(ticker, null, failed(String.valueOf(e.getMessage())));
        }
        SystemdNotifier notifier =
                new SystemdNotifier(ticker, NotifySocketLoader.start(address, factory, ticker), NOT_UNDER_SYSTEMD);
        Optional<String> started = environment.wrapperPid();
        if (started.isPresent()) {
            LOG.warn(
                    "the main process of the unit is process {}, but this JVM is process {}: by default systemd"
                            + " ignores its notifications, and with KillMode=mixed a stop kills it without SIGTERM; ExecStart= must start java"
                            + " itself, or a script that ends in 'exec java ...'",
                    started.get(),
                    environment.pid());
        }
        return notifier;
    }

    /**
     * A class instead of a lambda, because the first lambda of a JVM costs tens of milliseconds and this runs during the
     * start. Loading this class does not load {@link UnixNotifySocket}.
     */
    private static final class UnixSocketFactory implements Function<NotifyAddress, NotifySocket> {
        @Override
        public NotifySocket apply(NotifyAddress address) {
            return new UnixNotifySocket(address);
        }
    }

    /**
     * Removes the variables that systemd has set for this process only from the environment of a child: {@code
     * NOTIFY_SOCKET} and those of the watchdog and of socket activation. Otherwise the child could send notifications for
     * this service. Returns its argument.
     */
    public static ProcessBuilder hideFrom(ProcessBuilder child) {
        Checks.notNull("child", child).environment().keySet().removeAll(SystemdEnvironment.PRIVATE);
        return child;
    }

    /** Returns whether there is a notification socket, regardless of whether it works. */
    public boolean isUnderSystemd() {
        return loader != null;
    }

    boolean isClosed() {
        return loader != null && loader.isClosed();
    }

    /** Sends the message as one datagram. */
    public NotifyResult send(SystemdMessage message) {
        Checks.notNull("message", message);
        return transmit(message);
    }

    /**
     * Sends the message with copies of file descriptors of this process, at most {@value #MAX_DESCRIPTORS}, for messages of
     * future versions of systemd. systemd closes descriptors that it does not expect.
     *
     * @throws IllegalArgumentException if there are more descriptors, or one is negative
     */
    public NotifyResult send(SystemdMessage message, int... descriptors) {
        Checks.notNull("message", message);
        if (Checks.notNull("descriptors", descriptors).length > MAX_DESCRIPTORS) {
            throw new IllegalArgumentException(
                    "descriptors must be at most " + MAX_DESCRIPTORS + ", were " + descriptors.length);
        }
        int[] copy = descriptors.clone();
        if (Arrays.stream(copy).anyMatch(descriptor -> descriptor < 0)) {
            throw new IllegalArgumentException("descriptors must not be negative, were " + Arrays.toString(copy));
        }
        return transmit(message, copy);
    }

    /**
     * Stores a copy of the descriptor in systemd, under a name, so that the next run gets it as one of {@code LISTEN_FDS}.
     * The unit needs {@code FileDescriptorStoreMax=}; otherwise systemd closes the copy silently. systemd removes the copy if
     * it hangs up or fails; {@link #storeDescriptorUnpolled} avoids that. Since systemd 219, names since 233.
     *
     * @param name printable ASCII without a colon, 1 to 255 characters
     */
    public NotifyResult storeDescriptor(String name, int descriptor) {
        return send(SystemdMessage.fdStore(name), descriptor);
    }

    /**
     * Like {@link #storeDescriptor(String, int)}, for the socket of a bound or connected channel: a
     * {@link java.nio.channels.ServerSocketChannel}, {@link java.nio.channels.SocketChannel} or
     * {@link java.nio.channels.DatagramChannel}. The channel stays open and belongs to the caller. The next run gets an
     * {@link ActivatedSocket} if the socket is listening, otherwise a {@link PassedDescriptor}.
     *
     * <p>Also returns {@link NotifyResult.Failed} if the descriptor of the channel cannot be determined.
     */
    public NotifyResult storeDescriptor(String name, NetworkChannel channel) {
        Checks.notNull("channel", channel);
        SystemdMessage message = SystemdMessage.fdStore(name);
        NotifySocketLoader present = loader;
        if (present == null) {
            return unavailable;
        }
        if (present.await(NotifySocketLoader.TIMEOUT).isEmpty()) {
            return failed(present.unavailableReason());
        }
        try {
            return send(message, Descriptors.of(channel));
        } catch (IOException e) {
            return failed(String.valueOf(e.getMessage()));
        }
    }

    /**
     * Like {@link #storeDescriptor(String, int)}, but systemd does not monitor the descriptor ({@code FDPOLL=0}) and keeps it
     * until it is removed. Since systemd 246.
     *
     * @param name printable ASCII without a colon, 1 to 255 characters
     */
    public NotifyResult storeDescriptorUnpolled(String name, int descriptor) {
        return send(SystemdMessage.fdStoreUnpolled(name), descriptor);
    }

    /**
     * Declares the process of this pidfd, not negative, as the main process of the service ({@code MAINPIDFD=1}), which is safe against
     * reused process ids. Takes precedence over {@link SystemdMessage#mainPid(long)}. Since systemd 257. The JDK cannot
     * create a pidfd; {@code pidfd_open(2)} does. The caller has to close it.
     */
    public NotifyResult mainPidfd(int pidfd) {
        return send(SystemdMessage.mainPidFd(), pidfd);
    }

    /** Removes the descriptors that are stored under this name. Since systemd 236. */
    public NotifyResult removeDescriptors(String name) {
        return send(SystemdMessage.removeDescriptors(name));
    }

    /**
     * Waits until systemd has processed all earlier messages of this process. Returns {@link NotifyResult.Sent}, or {@link
     * NotifyResult.Failed} if the timeout has elapsed, also because of a full queue. Necessary before the exit of a process
     * that is not the main process of the unit; messages of the main process are not lost. An interrupt does not end the
     * wait; the interrupt status is kept. Since systemd 246.
     *
     * @param timeout positive
     */
    public NotifyResult barrier(Duration timeout) {
        Checks.positive("timeout", timeout);
        NotifySocketLoader present = loader;
        if (present == null) {
            return unavailable;
        }
        Deadline deadline = Deadline.after(ticker, timeout);
        Optional<NotifySocket> socket = present.await(timeout);
        if (socket.isEmpty()) {
            return failed(present.unavailableReason());
        }
        SystemdMessage message = SystemdMessage.barrier();
        byte[] datagram = message.bytes(socket.get());
        int errno = socket.get().sendAndAwaitClose(datagram, deadline.remaining());
        boolean interrupted = false;
        for (Duration pause = INITIAL_BACKOFF;
                Errno.isTemporary(errno) && !deadline.isExpired();
                pause = Durations.least(Durations.times(pause, 2), MAX_BACKOFF)) {
            if (!pause(Durations.least(pause, deadline.remaining()))) {
                interrupted = Thread.interrupted();
            }
            errno = socket.get().sendAndAwaitClose(datagram, deadline.remaining());
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return result(message, errno);
    }

    private NotifyResult transmit(SystemdMessage message, int... descriptors) {
        NotifySocketLoader present = loader;
        if (present == null) {
            return unavailable;
        }
        Optional<NotifySocket> loaded = present.await(NotifySocketLoader.TIMEOUT);
        if (loaded.isPresent()) {
            return transmit(loaded.get(), message, descriptors);
        }
        // Descriptor numbers may be reused by then.
        if (message.isEssential()
                && descriptors.length == 0
                && present.postpone(socket -> {
                    var unused = transmit(socket, message);
                })) {
            LOG.warn("[{}] is late: native code is still being loaded, it is sent when that is done", message);
            return failed("native code is still being loaded, the message is sent when that is done");
        }
        return failed(present.unavailableReason());
    }

    private NotifyResult transmit(NotifySocket socket, SystemdMessage message, int... descriptors) {
        byte[] datagram = message.bytes(socket);
        int errno = socket.send(datagram, descriptors);
        if (Errno.isTemporary(errno) && message.isEssential()) {
            errno = retry(socket, datagram, descriptors);
        }
        return result(message, errno);
    }

    private int retry(NotifySocket socket, byte[] datagram, int[] descriptors) {
        int errno = Errno.EAGAIN.number();
        Deadline deadline = Deadline.after(ticker, RETRY_TIMEOUT);
        for (Duration pause = INITIAL_BACKOFF;
                Errno.isTemporary(errno) && !deadline.isExpired() && pause(pause);
                pause = Durations.times(pause, 2)) {
            errno = socket.send(datagram, descriptors);
        }
        return errno;
    }

    /** Returns false if the thread is interrupted. */
    private boolean pause(Duration duration) {
        try {
            new Sleeper(ticker).sleep(duration);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private NotifyResult result(SystemdMessage message, int errno) {
        int before = reportedErrno.get();
        if (errno != before) {
            reportedErrno.set(errno);
        }
        if (errno == NotifySocket.OK) {
            return SENT;
        }
        String why = Errno.describe(errno);
        if (errno != before) {
            LOG.warn("[{}] was not sent: {}", message, why);
        }
        return new NotifyResult.Failed(why, OptionalInt.of(errno));
    }

    private static NotifyResult failed(String why) {
        return new NotifyResult.Failed(why, OptionalInt.empty());
    }

    /** Closes the socket; later calls return {@link NotifyResult.Failed}. Repeated calls have no effect. */
    @Override
    public void close() {
        if (loader != null) {
            loader.close();
        }
    }
}
