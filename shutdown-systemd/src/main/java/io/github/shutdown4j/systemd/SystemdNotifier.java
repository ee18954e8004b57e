package io.github.shutdown4j.systemd;

import java.io.IOException;
import java.nio.channels.NetworkChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.Durations;
import io.github.shutdown4j.internal.Ticker;

/**
 * Tells systemd what this process does, one datagram per message; does nothing where there is no systemd.
 *
 * <p>Speaks the protocol of sd_notify(3) to the socket that {@code NOTIFY_SOCKET} names, a path or an abstract name,
 * through the C library; libsystemd is not needed. If the variable is not set, or this is not Linux, no native code is
 * loaded and each call answers {@link NotifyResult.NotUnderSystemd}. If the native code cannot be loaded, one warning
 * says how to help that, and each call answers {@link NotifyResult.Failed}.
 *
 * <p>No call throws for what systemd or the system does, and none blocks for ever. A full queue costs a heartbeat or a
 * status nothing: it is not sent. Everything else is tried again for at most one second. A call that comes before the
 * native code has been loaded, on a thread of the notifier's own, waits for that, for at most ten seconds in all; after
 * that, heartbeats and status are dropped, and every other message is kept, with a warning, and sent in its order as soon
 * as the code is there. An interrupt is kept, and ends no more than the further tries.
 *
 * <p>Does not tell whether systemd accepted a message; systemd never says. It drops what comes from a process that
 * {@code NotifyAccess=} does not name, so a start script must end in {@code exec java}. One warning tells if this
 * process is not the one that systemd started. A failure to send is logged when it is not the same as the one before.
 *
 * <p>Safe for use by several threads.
 */
public final class SystemdNotifier implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(SystemdNotifier.class);

    private static final NotifyResult SENT = new NotifyResult.Sent();
    private static final NotifyResult NOT_UNDER_SYSTEMD = new NotifyResult.NotUnderSystemd();
    private static final Duration RETRY_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration INITIAL_BACKOFF = Duration.ofMillis(2);
    private static final Duration MAX_BACKOFF = Duration.ofMillis(100);
    private static final int MAX_DESCRIPTORS = 253;

    private final Ticker ticker;
    private final @Nullable NotifySocketLoader loader;
    /** What every call answers if there is no loader. */
    private final NotifyResult unavailable;
    /** The error that was told last; zero after a success. */
    private final AtomicInteger reportedErrno = new AtomicInteger();

    private SystemdNotifier(Ticker ticker, @Nullable NotifySocketLoader loader, NotifyResult unavailable) {
        this.ticker = ticker;
        this.loader = loader;
        this.unavailable = unavailable;
    }

    /** The notifier for what systemd has put into the environment of this process. */
    public static SystemdNotifier fromEnvironment() {
        return fromEnvironment(SystemdEnvironment.current(), Ticker.system(), new UnixSocketFactory());
    }

    static SystemdNotifier fromEnvironment(
            SystemdEnvironment environment, Ticker ticker, Function<NotifyAddress, NotifySocket> factory) {
        Optional<String> socket = environment.value(SystemdEnvironment.NOTIFY_SOCKET);
        if (socket.isEmpty()) {
            log.debug("systemd: NOTIFY_SOCKET is not set, nothing is notified");
            return new SystemdNotifier(ticker, null, NOT_UNDER_SYSTEMD);
        }
        NotifyAddress address;
        try {
            address = NotifyAddress.parse(socket.get());
        } catch (IllegalArgumentException e) {
            log.warn("systemd: notifications are off because of NOTIFY_SOCKET: {}", e.getMessage());
            return new SystemdNotifier(ticker, null, failed(String.valueOf(e.getMessage())));
        }
        SystemdNotifier notifier =
                new SystemdNotifier(ticker, NotifySocketLoader.start(address, factory, ticker), NOT_UNDER_SYSTEMD);
        Optional<String> started = environment.wrapperPid();
        if (started.isPresent()) {
            log.warn(
                    "systemd: the main process of the unit is process {}, but this JVM is process {}: by default systemd"
                            + " ignores its notifications, and with KillMode=mixed a stop kills it without SIGTERM; ExecStart= must start java"
                            + " itself, or a script that ends in 'exec java ...'",
                    started.get(),
                    environment.pid());
        }
        return notifier;
    }

    /**
     * A class and no lambda: the first lambda of a JVM costs it tens of milliseconds, and this is on the way of its
     * start. To load this class is not to load the other.
     */
    private static final class UnixSocketFactory implements Function<NotifyAddress, NotifySocket> {
        @Override
        public NotifySocket apply(NotifyAddress address) {
            return new UnixNotifySocket(address);
        }
    }

    /**
     * Removes from the environment of a child what systemd meant for this process: {@code NOTIFY_SOCKET}, and the
     * variables of the watchdog and of sockets handed over. A child that takes them for its own could speak in our name.
     */
    public static ProcessBuilder hideFrom(ProcessBuilder child) {
        child.environment().keySet().removeAll(SystemdEnvironment.PRIVATE);
        return child;
    }

    /** Whether there is a socket to notify; says nothing about whether it works. */
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
     * Sends the message with copies of file descriptors of this process, for what systemd may learn later; those it does
     * not expect it closes. At most {@value #MAX_DESCRIPTORS}.
     */
    public NotifyResult send(SystemdMessage message, int... descriptors) {
        Checks.notNull("message", message);
        if (descriptors.length > MAX_DESCRIPTORS) {
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
     * Has systemd keep a copy of the descriptor over a restart, under a name: it comes back as one of
     * {@code LISTEN_FDS}. Needs {@code FileDescriptorStoreMax=} in the unit, without which systemd closes it in silence.
     * systemd forgets it when it hangs up or fails; {@link #storeDescriptorUnpolled} avoids that. Since 219, names since
     * 233.
     *
     * @param name printable ASCII without a colon, 1 to 255 characters
     */
    public NotifyResult storeDescriptor(String name, int descriptor) {
        return send(SystemdMessage.fdStore(name), descriptor);
    }

    /**
     * As {@link #storeDescriptor(String, int)}, for the socket of a channel that is bound or connected: a
     * {@link java.nio.channels.ServerSocketChannel}, {@link java.nio.channels.SocketChannel} or
     * {@link java.nio.channels.DatagramChannel}. The channel stays open and the caller's. What the next run gets back is an
     * {@link ActivatedSocket} if it listens, else a {@link PassedDescriptor}.
     *
     * <p>{@link NotifyResult.Failed} also if its descriptor cannot be told from another's.
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
     * As {@link #storeDescriptor(String, int)}, but systemd does not watch the descriptor ({@code FDPOLL=0}) and keeps it also when it
     * hangs up or fails, until it is removed. Since 246.
     *
     * @param name printable ASCII without a colon, 1 to 255 characters
     */
    public NotifyResult storeDescriptorUnpolled(String name, int descriptor) {
        return send(SystemdMessage.fdStoreUnpolled(name), descriptor);
    }

    /**
     * The main process of the service is the one of this pidfd ({@code MAINPIDFD=1}), which no recycled id can mislead;
     * counts before {@link SystemdMessage#mainPid(long)}. Since 257. The JDK makes no pidfd: it is what
     * {@code pidfd_open(2)} returned, and remains the caller's to close.
     */
    public NotifyResult mainProcess(int pidfd) {
        return send(SystemdMessage.mainPidFd(), pidfd);
    }

    /** Has systemd close what it keeps under this name. Since 236. */
    public NotifyResult removeDescriptors(String name) {
        return send(SystemdMessage.fdStoreRemove(name));
    }

    /**
     * Returns {@link NotifyResult.Sent} when systemd has processed all that this process sent before, and
     * {@link NotifyResult.Failed} if that takes longer than the timeout; a queue that is full until then counts. Needed before the end of a process that is not
     * the main one; of the main one no message is lost. Not interruptible. Since 246.
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
        // Descriptors may mean something else by then.
        if (message.isEssential()
                && descriptors.length == 0
                && present.postpone(socket -> {
                    var unused = transmit(socket, message);
                })) {
            log.warn("systemd: [{}] is late: native code is still being loaded, it is sent when that is done", message);
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

    /** False if the thread is interrupted. */
    private boolean pause(Duration duration) {
        ReentrantLock lock = new ReentrantLock();
        Condition never = lock.newCondition();
        lock.lock();
        try {
            Deadline deadline = Deadline.after(ticker, duration);
            while (!deadline.isExpired()) {
                ticker.await(lock, never, deadline.remainingNanos());
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
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
            log.warn("systemd: [{}] was not sent: {}", message, why);
        }
        return new NotifyResult.Failed(why, OptionalInt.of(errno));
    }

    private static NotifyResult failed(String why) {
        return new NotifyResult.Failed(why, OptionalInt.empty());
    }

    /** Closes the socket; each later call answers {@link NotifyResult.Failed}. Closing twice is closing once. */
    @Override
    public void close() {
        if (loader != null) {
            loader.close();
        }
    }
}
