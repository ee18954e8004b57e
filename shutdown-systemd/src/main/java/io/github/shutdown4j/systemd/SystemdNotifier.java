package io.github.shutdown4j.systemd;

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
 * native code has been loaded, on a thread of the notifier's own, waits for that, for at most ten seconds. An interrupt
 * is kept, and ends no more than the further tries.
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
    private static final Duration LOADING = Duration.ofSeconds(10);
    private static final Duration RETRYING = Duration.ofSeconds(1);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(2);
    private static final int MOST_DESCRIPTORS = 253;

    private final Ticker ticker;
    private final @Nullable SocketLoader loader;
    /** What every call answers if there is no loader. */
    private final NotifyResult unavailable;
    /** The error that was told last; zero after a success. */
    private final AtomicInteger toldErrno = new AtomicInteger();

    private SystemdNotifier(Ticker ticker, @Nullable SocketLoader loader, NotifyResult unavailable) {
        this.ticker = ticker;
        this.loader = loader;
        this.unavailable = unavailable;
    }

    /** The notifier for what systemd has put into the environment of this process. */
    public static SystemdNotifier fromEnvironment() {
        return fromEnvironment(SystemdEnvironment.current(), Ticker.system(), new Opening());
    }

    static SystemdNotifier fromEnvironment(
            SystemdEnvironment environment, Ticker ticker, Function<NotifyAddress, NotifySocket> opening) {
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
                new SystemdNotifier(ticker, SocketLoader.start(address, opening, ticker), NOT_UNDER_SYSTEMD);
        Optional<String> started = environment.wrapperPid();
        if (started.isPresent()) {
            log.warn(
                    "systemd: started process {}, but this JVM is process {}: systemd refuses its notifications unless"
                            + " the start script ends in 'exec java ...' or the unit has NotifyAccess=all",
                    started.get(),
                    environment.pid());
        }
        return notifier;
    }

    /**
     * A class and no lambda: the first lambda of a JVM costs it tens of milliseconds, and this is on the way of its
     * start. To load this class is not to load the other.
     */
    private static final class Opening implements Function<NotifyAddress, NotifySocket> {
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

    /** Sends the message as one datagram. */
    public NotifyResult send(SystemdMessage message) {
        Checks.notNull("message", message);
        return transmit(message);
    }

    /**
     * Sends the message with copies of file descriptors of this process, for what systemd may learn later; those it does
     * not expect it closes. At most {@value #MOST_DESCRIPTORS}.
     */
    public NotifyResult send(SystemdMessage message, int... descriptors) {
        Checks.notNull("message", message);
        if (descriptors.length > MOST_DESCRIPTORS) {
            throw new IllegalArgumentException(
                    "descriptors must be at most " + MOST_DESCRIPTORS + ", were " + descriptors.length);
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
     * As {@link #storeDescriptor}, but systemd does not watch the descriptor ({@code FDPOLL=0}) and keeps it also when it
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
     * {@link NotifyResult.Failed} if that takes longer than the timeout. Needed before the end of a process that is not
     * the main one; of the main one no message is lost. Not interruptible. Since 246.
     */
    public NotifyResult barrier(Duration timeout) {
        Checks.positive("timeout", timeout);
        SocketLoader present = loader;
        if (present == null) {
            return unavailable;
        }
        Deadline deadline = Deadline.after(ticker, timeout);
        Optional<NotifySocket> socket = present.await(timeout);
        if (socket.isEmpty()) {
            return failed(present.missing());
        }
        SystemdMessage message = SystemdMessage.barrier();
        byte[] datagram = message.bytes(socket.get());
        int errno = socket.get().sendAndAwaitClose(datagram, deadline.remaining());
        return result(message, errno);
    }

    private NotifyResult transmit(SystemdMessage message, int... descriptors) {
        SocketLoader present = loader;
        if (present == null) {
            return unavailable;
        }
        Optional<NotifySocket> loaded = present.await(LOADING);
        if (loaded.isEmpty()) {
            return failed(present.missing());
        }
        NotifySocket socket = loaded.get();
        byte[] datagram = message.bytes(socket);
        int errno = socket.send(datagram, descriptors);
        if (Errno.isTemporary(errno) && message.isEssential()) {
            errno = sendAgain(socket, datagram, descriptors);
        }
        return result(message, errno);
    }

    private int sendAgain(NotifySocket socket, byte[] datagram, int[] descriptors) {
        int errno = Errno.EAGAIN.number();
        Deadline deadline = Deadline.after(ticker, RETRYING);
        for (Duration pause = FIRST_PAUSE;
                Errno.isTemporary(errno) && !deadline.isExpired() && pause(pause);
                pause = pause.multipliedBy(2)) {
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
        int before = toldErrno.get();
        if (errno != before) {
            toldErrno.set(errno);
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
